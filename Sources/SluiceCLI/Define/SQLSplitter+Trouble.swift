extension SQLSplitter {
  /// Why a file cannot be split into statements.
  enum Trouble: Error, Hashable {
    /// A command of psql, such as `\set`.
    case psqlCommand(String, line: Int)
    /// A variable of psql, such as `:'name'`.
    case psqlVariable(line: Int)
    /// A quote or a comment without an end.
    case unclosed(String, line: Int)

    /// Failure of a file.
    func failure(in file: String) -> Failure {
      switch self {
      case .psqlCommand(let command, let line):
        Failure(
          .badInput, "\(file):\(line): \(command) is a command of psql",
          detail: "A definition file holds SQL alone, so that every tool can run it.",
          hint: "Remove the line, or run the file with psql: psql --file \(file)")
      case .psqlVariable(let line):
        Failure(
          .badInput, "\(file):\(line): variables of psql are not replaced",
          detail: "A definition file holds SQL alone, so that every tool can run it.",
          hint: "Write the value out, or run the file with psql: psql --set ... --file \(file)")
      case .unclosed(let what, let line):
        Failure(.badInput, "\(file):\(line): unterminated \(what)", hint: "It begins on that line and is never closed.")
      }
    }
  }
}
