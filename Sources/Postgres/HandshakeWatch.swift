internal import Dispatch
internal import Glibc

/// Waits once for a socket that is still connecting.
///
/// libpq may close that socket and open another between two polls, so a duplicate of the descriptor is watched, which
/// this object closes itself, last.
final class HandshakeWatch {
  private let source: any DispatchSourceProtocol

  /// Waits for input, or for room to write; nil when the descriptor cannot be duplicated.
  init?(socket: Int32, forWriting: Bool, on queue: DispatchQueue, handler: @escaping @Sendable () -> Void) {
    let duplicate = fcntl(socket, F_DUPFD_CLOEXEC, 0)
    guard duplicate >= 0 else { return nil }
    source =
      forWriting
      ? DispatchSource.makeWriteSource(fileDescriptor: duplicate, queue: queue)
      : DispatchSource.makeReadSource(fileDescriptor: duplicate, queue: queue)
    source.setEventHandler(handler: handler)
    source.setCancelHandler { close(duplicate) }
    source.activate()
  }

  deinit { source.cancel() }
}
