extension String {
  /// The same with whatever would act on a terminal, forge a line or turn its order written out: `\x1B` for an escape.
  ///
  /// Control characters (C0, DEL, C1) become `\x0A`, controls of bidirectional text and separators of lines `\u202E`. Values
  /// and messages of the database may have any of them.
  ///
  /// ```swift
  /// "a\u{1B}[2Jb".visible  // a\x1B[2Jb
  /// ```
  var visible: String {
    guard unicodeScalars.contains(where: \.actsOnText) else { return self }
    return unicodeScalars.reduce(into: "") { text, scalar in
      if !scalar.actsOnText { return text.unicodeScalars.append(scalar) }
      let digits = String(scalar.value, radix: 16, uppercase: true)
      text += scalar.value < 0x100 ? "\\x\(digits.leftPadded(to: 2))" : "\\u\(digits.leftPadded(to: 4))"
    }
  }

  /// The same, but with its lines, of which all but the first are indented, so that none passes for another message.
  var visibleLines: String {
    split(separator: "\n", omittingEmptySubsequences: false).map { String($0).visible }.joined(separator: "\n        ")
  }

  private func leftPadded(to width: Int) -> String {
    String(repeating: "0", count: max(width - count, 0)) + self
  }
}

extension Unicode.Scalar {
  /// Whether it is no text, but an order to what shows the text.
  fileprivate var actsOnText: Bool {
    switch value {
    case 0x00...0x1F, 0x7F...0x9F: true
    case 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
