extension Line: ExpressibleByStringInterpolation {
  /// A line without any look.
  init(stringLiteral value: String) { self.init(value) }

  /// A line put together of parts.
  init(stringInterpolation: Interpolation) { spans = stringInterpolation.spans }

  /// Collects the parts of a line.
  struct Interpolation: StringInterpolationProtocol {
    /// Parts so far.
    var spans: [Span] = []

    /// Nothing yet.
    init(literalCapacity: Int, interpolationCount: Int) {}

    /// Text between the parts.
    mutating func appendLiteral(_ literal: String) { appendInterpolation(literal) }

    /// Text with a look.
    mutating func appendInterpolation(_ text: some CustomStringConvertible, _ style: Style = .plain) {
      let text = text.description
      if !text.isEmpty { spans.append(Span(text: text, style: style)) }
    }

    /// A line in a line.
    mutating func appendInterpolation(_ line: Line) { spans += line.spans }
  }
}
