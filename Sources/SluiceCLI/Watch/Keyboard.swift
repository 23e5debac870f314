internal import Dispatch
internal import Postgres
internal import Synchronization
internal import SystemC

/// Single keys from the terminal, without return and without echo.
final class Keyboard: Sendable {
  /// Keys as they are pressed; ends when the terminal goes away.
  let keys: AsyncStream<Character>
  private let pressed: AsyncStream<Character>.Continuation
  private let watch = Mutex<DescriptorWatch?>(nil)
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
    (keys, pressed) = AsyncStream.makeStream(of: Character.self)
    let input = DescriptorWatch(STDIN_FILENO, on: DispatchQueue(label: "keyboard")) { [weak self] _ in self?.readKey() }
    watch.withLock { $0 = input }
    input?.arm(for: .readable)
  }

  private func readKey() {
    var byte: UInt8 = 0
    guard read(STDIN_FILENO, &byte, 1) == 1 else { return pressed.finish() }
    pressed.yield(Character(Unicode.Scalar(byte)))
    watch.withLock { $0?.arm(for: .readable) }
  }

  /// Gives the terminal back as it was; may be called from anywhere, and again.
  static func release() {
    saved.withLock { settings in
      if var before = settings { tcsetattr(STDIN_FILENO, TCSANOW, &before) }
      settings = nil
    }
  }

  deinit { Self.release() }
}
