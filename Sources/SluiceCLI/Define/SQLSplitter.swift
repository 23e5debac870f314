/// Splits the text of a file into statements, as psql does: at semicolons outside quotes, comments and parentheses.
///
/// ```swift
/// try SQLSplitter.split("select ';'; select $$a;b$$").map(\.text)  // ["select ';'", "select $$a;b$$"]
/// ```
struct SQLSplitter {
  private let characters: [Unicode.Scalar]
  private var index = 0
  private var line = 1
  private var depth = 0
  private var start: (index: Int, line: Int)?
  private var fragments: [SQLFragment] = []

  private init(_ text: String) { characters = Array(text.unicodeScalars) }

  /// Statements in order; comments between them belong to none.
  ///
  /// - Throws: `SQLSplitter.Trouble` for a command or a variable of psql, and for a quote that is never closed.
  static func split(_ text: String) throws(Trouble) -> [SQLFragment] {
    var splitter = SQLSplitter(text)
    while splitter.index < splitter.characters.count { try splitter.step() }
    splitter.finishFragment()
    return splitter.fragments
  }

  private mutating func step() throws(Trouble) {
    let character = characters[index]
    switch character {
    case "-" where next == "-": skipLineComment()
    case "/" where next == "*": try skipBlockComment()
    case "'": try begin { splitter throws(Trouble) in try splitter.skipQuoted("'", escapes: splitter.isAfterE) }
    case "\"": try begin { splitter throws(Trouble) in try splitter.skipQuoted("\"", escapes: false) }
    case "$": try begin { splitter throws(Trouble) in try splitter.skipDollar() }
    case "\\": throw .psqlCommand(word(from: index), line: line)
    case ":" where next == "'" || next == "\"": throw .psqlVariable(line: line)
    case ":" where next == ":": for _ in 0..<2 { advance() }
    case ";" where depth == 0:
      finishFragment()
      advance()
    default:
      if character == "(" { depth += 1 }
      if character == ")" { depth = max(depth - 1, 0) }
      if !character.properties.isWhitespace, start == nil { start = (index, line) }
      advance()
    }
  }

  private var next: Unicode.Scalar? { index + 1 < characters.count ? characters[index + 1] : nil }

  /// Whether the quote here opens an `E'...'` string.
  private var isAfterE: Bool {
    guard index > 0, characters[index - 1] == "e" || characters[index - 1] == "E" else { return false }
    return index == 1 || !Self.isOfName(characters[index - 2])
  }

  private static func isOfName(_ character: Unicode.Scalar) -> Bool {
    character.properties.isAlphabetic || character == "_" || character == "$" || ("0"..."9").contains(character)
      || character.value > 127
  }

  private func word(from position: Int) -> String {
    String(String.UnicodeScalarView(characters[position...].prefix { !$0.properties.isWhitespace }))
  }

  private mutating func begin(_ skip: (inout SQLSplitter) throws(Trouble) -> Void) throws(Trouble) {
    if start == nil { start = (index, line) }
    try skip(&self)
  }

  private mutating func advance() {
    if characters[index] == "\n" { line += 1 }
    index += 1
  }

  private mutating func skipLineComment() {
    while index < characters.count, characters[index] != "\n" { advance() }
  }

  private mutating func skipBlockComment() throws(Trouble) {
    let opened = line
    var level = 0
    repeat {
      guard index < characters.count else { throw .unclosed("comment", line: opened) }
      let pair = (characters[index], next)
      if pair.0 == "/", pair.1 == "*" {
        level += 1
      } else if pair.0 == "*", pair.1 == "/" {
        level -= 1
      } else {
        advance()
        continue
      }
      for _ in 0..<2 { advance() }
    } while level > 0
  }

  private mutating func skipQuoted(_ quote: Unicode.Scalar, escapes: Bool) throws(Trouble) {
    let opened = line
    advance()
    while index < characters.count {
      if escapes, characters[index] == "\\", next != nil {
        advance()
      } else if characters[index] == quote {
        guard next == quote else { return advance() }
        advance()
      }
      advance()
    }
    throw .unclosed(quote == "'" ? "quoted string" : "quoted name", line: opened)
  }

  private mutating func skipDollar() throws(Trouble) {
    let opened = line
    if index > 0, Self.isOfName(characters[index - 1]) { return advance() }
    var end = index + 1
    while end < characters.count, Self.isOfName(characters[end]), characters[end] != "$" { end += 1 }
    guard end < characters.count, characters[end] == "$", !("0"..."9").contains(characters[index + 1]) else {
      return advance()
    }
    let tag = Array(characters[index...end])
    for _ in tag { advance() }
    while index + tag.count <= characters.count {
      if Array(characters[index..<(index + tag.count)]) == tag {
        for _ in tag { advance() }
        return
      }
      advance()
    }
    throw .unclosed("dollar-quoted string", line: opened)
  }

  private mutating func finishFragment() {
    defer {
      start = nil
      depth = 0
    }
    guard let start else { return }
    let text = String(String.UnicodeScalarView(characters[start.index..<index]))
    fragments.append(SQLFragment(text: Self.withoutBlanksAtEnd(text), line: start.line))
  }

  private static func withoutBlanksAtEnd(_ text: String) -> String {
    String(text.reversed().drop(while: \.isWhitespace).reversed())
  }
}
