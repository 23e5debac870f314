internal import Dispatch
internal import Glibc

/// Watches a connection's socket, and keeps the connection until nothing watches any more.
///
/// libpq closes its descriptor by itself when the peer goes away, so a duplicate is watched. The cancel handler of the
/// read source owns both that and the libpq connection: whoever lets go first, a descriptor that Dispatch uses is closed
/// only after Dispatch has stopped using it.
final class SocketWatch {
  private let descriptor: Int32
  private let queue: DispatchQueue
  private let writable: @Sendable () -> Void
  private let reader: any DispatchSourceRead
  private var writer: (any DispatchSourceWrite)?
  private var isWriting = false
  private var isCancelled = false

  /// Starts to watch for input, both handlers running on the queue; nil when no descriptor is left.
  init?(
    socket: Int32, on queue: DispatchQueue, readable: @escaping @Sendable () -> Void,
    writable: @escaping @Sendable () -> Void
  ) {
    descriptor = fcntl(socket, F_DUPFD_CLOEXEC, 0)
    guard descriptor >= 0 else { return nil }
    self.queue = queue
    self.writable = writable
    reader = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
    reader.setEventHandler(handler: readable)
    reader.activate()
  }

  /// Whether there is something to read: data, the end, or an error.
  var hasInput: Bool {
    var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&polled, 1, 0) > 0
  }

  /// Whether to be told when the socket can be written.
  func watchWriting(_ wanted: Bool) {
    guard wanted != isWriting, !isCancelled else { return }
    isWriting = wanted
    guard let writer else {
      let writer = DispatchSource.makeWriteSource(fileDescriptor: descriptor, queue: queue)
      writer.setEventHandler(handler: writable)
      writer.activate()
      self.writer = writer
      return
    }
    wanted ? writer.resume() : writer.suspend()
  }

  /// Stops both sources, the writer first, then lets the connection go and calls back on the queue.
  func cancel(releasing wire: LibPQConnection, then done: @escaping () -> Void) {
    guard !isCancelled else { return }
    isCancelled = true
    let descriptor = descriptor
    let reader = reader
    var owned: LibPQConnection? = wire
    reader.setCancelHandler {
      withExtendedLifetime(owned) {}
      owned = nil
      close(descriptor)
      done()
    }
    guard let writer else { return reader.cancel() }
    writer.setCancelHandler { reader.cancel() }
    if !isWriting { writer.resume() }
    writer.cancel()
  }
}
