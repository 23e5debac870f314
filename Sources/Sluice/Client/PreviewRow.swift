/// One row as it is, and as the migration would leave it.
public struct PreviewRow: Sendable, Hashable, Codable {
  /// Values of the key columns.
  public var key: JSONValue
  /// The row as it is.
  public var before: JSONValue
  /// The row afterwards; nil when it is deleted, or not known.
  public var after: JSONValue?

  /// Columns of the query.
  static let columns = "to_jsonb(key) as key, to_jsonb(before) as before, to_jsonb(after) as after"
}
