/// First word of a statement, as far as it moves the bounds of a transaction.
package enum CommandWord: Hashable {
  /// `begin` or `start transaction`.
  case begin
  /// `commit`, `end` or `prepare transaction`.
  case commit
  /// `rollback` or `abort`.
  case rollback
  /// Anything else.
  case other

  /// Reads the first word behind blanks and comments.
  package init(sql: String) {
    var rest = sql[...]
    while true {
      rest = rest.drop { $0.isWhitespace || $0 == ";" }
      if rest.hasPrefix("--") {
        rest = rest.drop { !$0.isNewline }
      } else if rest.hasPrefix("/*") {
        rest = Self.afterComment(rest)
      } else {
        break
      }
    }
    switch rest.prefix(while: { $0.isLetter }).lowercased() {
    case "begin", "start": self = .begin
    case "commit", "end", "prepare": self = .commit
    case "rollback", "abort": self = .rollback
    default: self = .other
    }
  }

  /// Text behind a comment, which may nest.
  private static func afterComment(_ text: Substring) -> Substring {
    var rest = text
    var depth = 0
    while !rest.isEmpty {
      if rest.hasPrefix("/*") {
        depth += 1
        rest = rest.dropFirst(2)
      } else if rest.hasPrefix("*/") {
        depth -= 1
        rest = rest.dropFirst(2)
        if depth == 0 { break }
      } else {
        rest = rest.dropFirst()
      }
    }
    return rest
  }
}
