internal import SystemC

/// Ends a `poll` from another thread: a pipe that can be read after a ring.
struct WakeUpPipe: Sendable {
  /// The end to poll.
  let readingEnd: Int32
  private let writingEnd: Int32

  /// Opens a pipe that never blocks and that no program inherits; nil when no descriptor is left.
  init?() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    readingEnd = ends[0]
    writingEnd = ends[1]
    for end in ends where fcntl(end, F_SETFD, FD_CLOEXEC) != 0 || fcntl(end, F_SETFL, O_NONBLOCK) != 0 {
      closeEnds()
      return nil
    }
  }

  /// Makes the pipe readable; a full pipe already is.
  func ring() {
    var byte: UInt8 = 0
    while write(writingEnd, &byte, 1) < 0, errno == EINTR {}
  }

  /// Takes the rings that have arrived, so that the pipe can be polled again.
  func drain() {
    var bytes: (UInt64, UInt64) = (0, 0)
    var count: Int
    repeat {
      count = read(readingEnd, &bytes, MemoryLayout.size(ofValue: bytes))
    } while count > 0 || (count < 0 && errno == EINTR)
  }

  /// Closes both ends.
  func closeEnds() {
    close(readingEnd)
    close(writingEnd)
  }
}
