internal import Postgres

extension DefinitionFile {
  /// Runs the statements of files as `run` does, each after those before it, goes on where a definition differs from that in
  /// the database, and rolls all back.
  ///
  /// - Throws: `Failure` with file and line of a statement that the server refused for another reason.
  static func check(_ files: [DefinitionFile], _ session: Session) async throws -> [DefinitionVerdict] {
    let connection = session.connection
    try await connection.query("begin")
    // The verdict says what the note of a definition that is there already would say.
    try await connection.query("set local client_min_messages to warning")
    do {
      var verdicts: [DefinitionVerdict] = []
      for file in files {
        try await connection.pipeline([PostgresConnection.unpinLocally])
        for statement in file.statements { verdicts += try await file.check(statement, on: connection) }
      }
      try await connection.query("rollback")
      return verdicts
    } catch {
      _ = try? await connection.query("rollback")
      throw error
    }
  }

  private func check(_ statement: SQLFragment, on connection: PostgresConnection) async throws -> [DefinitionVerdict] {
    let known = Set(
      try await connection.query("select name from sluice.definitions").map { try $0.get(at: 0, as: String.self) })
    try await connection.query("savepoint before_statement")
    do {
      let result = try await connection.query(statement.text)
      return try names(in: result).map { name in
        DefinitionVerdict(
          name: name, file: path, line: statement.line, verdict: known.contains(name) ? .same : .missing, message: nil,
          detail: nil)
      }
    } catch let error as PostgresError where error.sqlState == "SL003" {
      try await connection.query("rollback to savepoint before_statement")
      return [
        DefinitionVerdict(
          name: nil, file: path, line: statement.line, verdict: .different, message: error.message, detail: error.detail
        )
      ]
    } catch let error as PostgresError {
      throw failure(error, of: statement)
    }
  }
}
