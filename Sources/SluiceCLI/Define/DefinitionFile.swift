internal import Foundation
internal import Postgres

/// A file with definitions of migrations.
struct DefinitionFile: Sendable {
  /// One migration of a file.
  struct Answer: Encodable, Sendable {
    /// Name.
    let name: String
    /// File where it is defined.
    let file: String
    /// Line where its statement begins.
    let line: Int
    /// Whether it was not there before.
    let isNew: Bool
    /// Remarks of the server.
    let notes: [Note]

    private enum CodingKeys: String, CodingKey {
      case name, file, line, notes
      case isNew = "new"
    }
  }

  /// Path as it was given.
  let path: String
  /// Statements in order.
  let statements: [SQLFragment]

  /// Reads a file, or standard input for `-`.
  ///
  /// - Throws: `Failure` when it cannot be read, or holds what it must not hold.
  init(_ path: String) throws {
    self.path = path == "-" ? "standard input" : path
    do {
      statements = try SQLSplitter.split(try Self.text(of: path))
    } catch let trouble as SQLSplitter.Trouble {
      throw trouble.failure(in: self.path)
    }
    if statements.isEmpty {
      throw Failure(
        .badInput, "\(self.path) holds no statement", hint: "It should hold select sluice.define(...); statements.")
    }
    for statement in statements { try refuse(statement) }
    if !statements.contains(where: { $0.text.contains(#/define\s*\(/#.ignoresCase()) }) {
      throw Failure(
        .badInput, "\(self.path) holds no call of sluice.define()",
        hint: "It should hold select sluice.define(...); statements.")
    }
  }

  /// Runs the statements in one transaction.
  ///
  /// - Throws: `Failure` with file and line of the statement that the server refused; nothing is defined then.
  func run(_ session: Session) async throws -> [Answer] {
    _ = session.notes.drain()
    // a statement of the file may have set it
    try await session.connection.pinSearchPath()
    return try await session.connection.withTransaction { connection in
      let before = Set(
        try await connection.query("select name from sluice.definitions").map { try $0.get(at: 0, as: String.self) })
      try await connection.pipeline([PostgresConnection.unpinLocally])
      var answers: [Answer] = []
      for statement in statements {
        let result = try await run(statement, on: connection)
        let notes = session.notes.drain()
        for name in try names(in: result) {
          answers.append(
            Answer(name: name, file: path, line: statement.line, isNew: !before.contains(name), notes: notes))
        }
      }
      return answers
    }
  }

  private func run(_ statement: SQLFragment, on connection: PostgresConnection) async throws -> PostgresResult {
    do {
      return try await connection.query(statement.text)
    } catch let error as PostgresError {
      throw failure(error, of: statement)
    }
  }

  /// Names that a statement defined.
  func names(in result: PostgresResult) throws -> [String] {
    guard result.columns.contains(where: { $0.name == "define" }) else { return [] }
    return try result.map { try $0.get("define", as: String.self) }
  }

  /// What the server said of a statement, with the place in the file.
  func failure(_ error: PostgresError, of statement: SQLFragment) -> Failure {
    var failure = Failure(error)
    let line = error.position.map { statement.line(ofPosition: $0) } ?? statement.line
    if error.code == .server { failure.message = "\(path):\(line): \(failure.message)" }
    return failure
  }

  /// Refuses what would break the file's one transaction.
  private func refuse(_ statement: SQLFragment) throws {
    let words = statement.words(2)
    let control: Set<String> = [
      "begin", "commit", "end", "rollback", "abort", "savepoint", "release", "start", "prepare",
    ]
    guard let first = words.first, control.contains(first), first != "prepare" || words.last == "transaction" else {
      return
    }
    throw Failure(
      .badInput, "\(path):\(statement.line): \(first) cannot be used here",
      detail: "Each file runs in a transaction of its own.", hint: "Remove the statement.")
  }

  private static func text(of path: String) throws -> String {
    if path == "-" { return String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self) }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure(.notFound, "cannot read \(path)", hint: "Name a file that exists and that you may read.")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw Failure(.badInput, "\(path) is not UTF-8", hint: "Save it as UTF-8.")
    }
    return text.first == "\u{FEFF}" ? String(text.dropFirst()) : text
  }
}
