public import Postgres

/// One row as it is, and as the migration would leave it.
public struct PreviewRow: Sendable, Hashable, Codable {
  /// What becomes of a row.
  public enum Action: String, Sendable, Hashable, Codable {
    /// It is there afterwards, and was not before.
    case insert
    /// It is changed.
    case update
    /// It is gone afterwards, or moved to another partition.
    case delete
    /// It is passed over, and stays pending.
    case none
    /// It cannot be migrated: a run puts it aside. A note has its error.
    case fail
  }

  /// Values of the key columns, or of the primary key of another table, as people write them.
  public var key: JSONValue
  /// Table, a leaf where it is partitioned; of statements, any that they write.
  public var relation: String
  /// What becomes of it.
  public var action: Action
  /// The row as it is; nil when it is inserted.
  public var before: JSONValue?
  /// The row afterwards; nil when it is deleted, moves to another partition, or cannot be migrated.
  public var after: JSONValue?

  /// Columns of the query.
  static let columns = "pg_catalog.to_jsonb(key) as key, relation, action, row_before as before, row_after as after"
}

extension PreviewRow.Action: PostgresDecodable {
  /// Word of the column `action`.
  public init(postgresText: String?) throws(PostgresDecodingFailure) {
    guard let postgresText else { throw .null }
    guard let action = Self(rawValue: postgresText) else { throw .unreadable(expected: "an action") }
    self = action
  }
}
