/// Answer to one statement, wholly in memory.
public struct PostgresResult: Sendable {
  /// Columns in order; empty when the statement returns no rows.
  public let columns: [PostgresColumn]
  /// Rows in the order of the server.
  public let rows: [PostgresRow]
  /// What the server reports as done: `SELECT 3`, `UPDATE 5`, `COMMIT`.
  public let commandTag: String
  /// Notices that came with the answer, oldest first.
  public let notices: [PostgresNotice]

  /// Rows selected, inserted, updated or deleted, where the command counts them.
  public var affectedRows: Int? {
    commandTag.split(separator: " ").last.flatMap { Int($0) }
  }
}
