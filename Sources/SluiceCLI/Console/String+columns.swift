extension String {
  /// Columns that it takes on a terminal.
  var columns: Int { reduce(0) { $0 + $1.columns } }

  /// As many characters of its beginning as fit in some columns.
  func prefix(columns limit: Int) -> Substring {
    var rest = limit
    return prefix { character in
      rest -= character.columns
      return rest >= 0
    }
  }

  /// As many characters of its end as fit in some columns.
  func suffix(columns limit: Int) -> Substring {
    var rest = limit
    let count = reversed().prefix { character in
      rest -= character.columns
      return rest >= 0
    }.count
    return suffix(count)
  }
}

extension Character {
  /// Columns that it takes on a terminal: two for what East Asian scripts write wide, and for pictures; none for marks.
  var columns: Int {
    let isPicture = unicodeScalars.contains { $0.properties.isEmojiPresentation || $0 == "\u{FE0F}" }
    return isPicture ? 2 : unicodeScalars.reduce(0) { $0 + $1.columns }
  }
}

extension Unicode.Scalar {
  /// Columns that it takes beside others.
  fileprivate var columns: Int {
    // so it is for nearly all, and quickly told
    if value >= 0x20, value < 0x7F { return 1 }
    // vowels and final consonants of Hangul go into the square of the first
    if (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FF).contains(value) { return 0 }
    switch properties.generalCategory {
    case .control, .nonspacingMark, .enclosingMark: return 0
    case .format: return value == 0xAD ? 1 : 0
    default: return Self.wide.contains { $0.contains(value) } ? 2 : 1
    }
  }

  /// What Unicode calls wide or fullwidth (EastAsianWidth.txt), but for pictures, which Swift knows.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97C,
    0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
    0x16FE0...0x18DFF, 0x1AFF0...0x1B2FB, 0x1F200...0x1F265, 0x20000...0x3FFFD,
  ]
}
