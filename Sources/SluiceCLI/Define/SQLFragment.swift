/// One statement of a file, with the line where it begins.
struct SQLFragment: Sendable, Hashable {
  /// Text without the semicolon at its end.
  let text: String
  /// Line of its first word, from 1.
  let line: Int

  /// Line of the file for a position that the server reported, in characters from 1.
  func line(ofPosition position: Int) -> Int {
    line + text.unicodeScalars.prefix(max(position - 1, 0)).count { $0 == "\n" }
  }

  /// First words in lower case, for a look at what kind of statement it is.
  func words(_ count: Int) -> [String] {
    text.split(whereSeparator: { !$0.isLetter && $0 != "_" }).prefix(count).map { $0.lowercased() }
  }
}
