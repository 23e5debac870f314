extension Line {
  /// The same as several lines that fit a width, broken at blanks; all but the first begin with an indent.
  func wrapped(to width: Int, indent: Int) -> [Line] {
    guard self.width > width, width > indent + 10 else { return [self] }
    var lines: [Line] = []
    var current = Line()
    for word in words {
      let isFirst = current.width == (lines.isEmpty ? 0 : indent)
      if !isFirst, current.width + word.trimmed.width > width {
        lines.append(current.trimmed)
        current = Line(String(repeating: " ", count: indent))
      }
      current += word
    }
    lines.append(current.trimmed)
    return lines
  }

  /// Stretches that must not be broken, each with the blanks behind it.
  private var words: [Line] {
    var words: [Line] = []
    var word = Line()
    var hasBlank = false
    for span in spans {
      for character in span.text {
        if character != " ", hasBlank {
          words.append(word)
          word = Line()
        }
        hasBlank = character == " "
        word += Line(String(character), span.style)
      }
    }
    return words + [word]
  }
}

extension Line {
  /// A fact under its label, on as many lines as it takes.
  static func fact(_ label: String, _ text: Line, width: Int, indent: Int = 12, style: Style = .dim) -> [Line] {
    (Line(label.padded(to: indent), style) + text).wrapped(to: width, indent: indent)
  }
}
