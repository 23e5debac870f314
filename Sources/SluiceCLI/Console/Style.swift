/// Look of a piece of text on a terminal.
enum Style: String, Sendable {
  /// As the terminal has it.
  case plain = ""
  /// What the eye should find first: names.
  case bold = "1"
  /// What may be overlooked: headings, units, marks.
  case dim = "2"
  /// Good.
  case green = "32"
  /// To be watched.
  case yellow = "33"
  /// Bad.
  case red = "31"
  /// At work.
  case cyan = "36"
}
