internal import Dispatch

/// Watches a connection's socket, and keeps the connection until nothing watches any more.
///
/// The cancel handler of the read source owns the libpq connection: whoever lets go first, the descriptor is closed only
/// after Dispatch has stopped using it.
final class SocketWatch {
  private let reader: any DispatchSourceRead
  private let writer: any DispatchSourceWrite
  private var isWriterResumed = false
  private var isCancelled = false

  /// Starts to watch for input; both handlers run on the queue.
  init(
    _ wire: LibPQConnection, on queue: DispatchQueue, readable: @escaping @Sendable () -> Void,
    writable: @escaping @Sendable () -> Void
  ) {
    reader = DispatchSource.makeReadSource(fileDescriptor: wire.socket, queue: queue)
    writer = DispatchSource.makeWriteSource(fileDescriptor: wire.socket, queue: queue)
    reader.setEventHandler(handler: readable)
    writer.setEventHandler(handler: writable)
    reader.activate()
  }

  /// Whether to be told when the socket can be written.
  func watchWriting(_ wanted: Bool) {
    guard wanted != isWriterResumed, !isCancelled else { return }
    isWriterResumed = wanted
    wanted ? writer.resume() : writer.suspend()
  }

  /// Stops both sources, the writer first, then lets the connection go and calls back on the queue.
  func cancel(releasing wire: LibPQConnection, then done: @escaping () -> Void) {
    guard !isCancelled else { return }
    isCancelled = true
    let reader = reader
    reader.setCancelHandler { withExtendedLifetime(wire) { done() } }
    writer.setCancelHandler { reader.cancel() }
    if !isWriterResumed { writer.resume() }
    writer.cancel()
  }
}
