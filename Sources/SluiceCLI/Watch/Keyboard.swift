internal import Dispatch
internal import Glibc
internal import Synchronization

/// Single keys from the terminal, without return and without echo.
final class Keyboard {
  /// Keys as they are pressed; nothing when standard input is not a terminal.
  let keys: AsyncStream<Character>
  private let source: any DispatchSourceRead
  private static let saved = Mutex<termios?>(nil)

  /// Takes the terminal over until `release`; nil when standard input is not one, or belongs to another job.
  init?() {
    var settings = termios()
    guard isatty(STDIN_FILENO) == 1, tcgetpgrp(STDIN_FILENO) == getpgrp(), tcgetattr(STDIN_FILENO, &settings) == 0
    else {
      return nil
    }
    Self.saved.withLock { $0 = settings }
    settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
    tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    let (stream, continuation) = AsyncStream.makeStream(of: Character.self)
    keys = stream
    let source = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: DispatchQueue(label: "keyboard"))
    source.setEventHandler {
      var byte: UInt8 = 0
      if read(STDIN_FILENO, &byte, 1) == 1 {
        continuation.yield(Character(Unicode.Scalar(byte)))
      } else {
        continuation.finish()
        source.cancel()
      }
    }
    source.activate()
    self.source = source
  }

  /// Gives the terminal back as it was; may be called from anywhere, and again.
  static func release() {
    saved.withLock { settings in
      if var before = settings { tcsetattr(STDIN_FILENO, TCSANOW, &before) }
      settings = nil
    }
  }

  deinit {
    source.cancel()
    Self.release()
  }
}
