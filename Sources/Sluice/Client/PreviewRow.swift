/// One row as it is, and as the migration would leave it.
public struct PreviewRow: Sendable, Hashable, Codable {
  /// Values of the key columns, as people write them.
  public var key: JSONValue
  /// Table, a leaf where the target is partitioned.
  public var relation: String
  /// The row as it is.
  public var before: JSONValue
  /// The row afterwards; nil when it is deleted, or moves to another partition.
  public var after: JSONValue?

  /// Columns of the query.
  static let columns = "to_jsonb(key) as key, relation, row_before as before, row_after as after"
}
