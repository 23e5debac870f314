/// A line of text for people, with the look of its parts; its width counts what is seen.
///
/// ```swift
/// let line: Line = "\("orders_total", .bold)  \("running", .cyan)"
/// line.plain  // orders_total  running
/// ```
struct Line: Sendable, Hashable {
  /// A stretch of one look.
  struct Span: Sendable, Hashable {
    /// What is shown; nothing in it acts on a terminal.
    var text: String
    /// How it is shown.
    var style: Style

    /// Text, which may come from a table, with a look.
    init(text: String, style: Style) { (self.text, self.style) = (text.visible, style) }
  }

  /// Stretches, from left to right.
  var spans: [Span]

  /// A line of one look.
  init(_ text: String = "", _ style: Style = .plain) {
    spans = text.isEmpty ? [] : [Span(text: text, style: style)]
  }

  /// Text without any look.
  var plain: String { spans.map(\.text).joined() }

  /// Columns that it takes on a terminal.
  var width: Int { spans.reduce(0) { $0 + $1.text.columns } }

  /// Text with the terminal's codes, or without them.
  func rendered(inColour: Bool) -> String {
    guard inColour else { return plain }
    return spans.map { span in
      span.style == .plain ? span.text : "\u{1B}[\(span.style.rawValue)m\(span.text)\u{1B}[0m"
    }.joined()
  }

  /// The same, cut to a width, with an ellipsis where something is missing.
  func cut(to limit: Int) -> Line {
    guard width > limit else { return self }
    guard limit > 0 else { return Line() }
    var rest = limit - 1
    var result = Line()
    for span in spans where rest > 0 {
      let text = String(span.text.prefix(columns: rest))
      // nothing goes behind what did not fit, though it be narrower
      rest = text.count < span.text.count ? 0 : rest - text.columns
      result.spans.append(Span(text: text, style: span.style))
    }
    result.spans.append(Span(text: "…", style: .dim))
    return result
  }

  /// The same, shortened to a width in its middle, where names differ least; of one look.
  func shortened(to limit: Int) -> Line {
    guard width > limit, limit > 0, let style = spans.first?.style else { return self }
    let text = plain
    let tail = (limit - 1) / 2
    return Line("\(text.prefix(columns: limit - 1 - tail))…\(text.suffix(columns: tail))", style)
  }

  /// The same, filled with blanks to a width, on the left or on the right.
  func padded(to wanted: Int, alignedRight: Bool = false) -> Line {
    guard width < wanted else { return self }
    let blanks = Line(String(repeating: " ", count: wanted - width))
    return alignedRight ? blanks + self : self + blanks
  }

  /// The same without blanks at its end.
  var trimmed: Line {
    var result = self
    while var last = result.spans.popLast() {
      while last.text.last == " " { last.text.removeLast() }
      guard !last.text.isEmpty else { continue }
      result.spans.append(last)
      break
    }
    return result
  }

  /// Two lines as one.
  static func + (left: Line, right: Line) -> Line {
    var sum = left
    sum.spans += right.spans
    return sum
  }

  /// Appends to a line.
  static func += (left: inout Line, right: Line) { left = left + right }
}

extension Sequence where Element == Line {
  /// One line of several.
  func joined(by separator: Line) -> Line {
    reduce(into: nil as Line?) { sum, line in sum = sum.map { $0 + separator + line } ?? line } ?? Line()
  }
}
