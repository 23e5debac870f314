internal import SystemC

/// What standard output is connected to.
struct Terminal: Sendable {
  /// Whether somebody watches, so that lines may be drawn again in place.
  let isInteractive: Bool
  /// Whether colours are wanted.
  let hasColour: Bool
  private let descriptor: Int32

  /// Looks at a descriptor and at `NO_COLOR` and `TERM`.
  init(descriptor: Int32 = STDOUT_FILENO, environment: [String: String] = ProcessEnvironment.all) {
    self.descriptor = descriptor
    isInteractive = isatty(descriptor) == 1 && environment["TERM"] != "dumb"
    hasColour = isInteractive && (environment["NO_COLOR"] ?? "").isEmpty
  }

  /// Columns at the moment; 80 when they are not known.
  var width: Int { size.map { Int($0.ws_col) }.flatMap { $0 > 0 ? $0 : nil } ?? 80 }

  /// Rows at the moment; 24 when they are not known.
  var height: Int { size.map { Int($0.ws_row) }.flatMap { $0 > 0 ? $0 : nil } ?? 24 }

  private var size: winsize? {
    var size = winsize()
    return isInteractive && ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 ? size : nil
  }
}
