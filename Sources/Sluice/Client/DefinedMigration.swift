public import FoundationEssentials

/// What a migration was defined to do: a row of `sluice.definitions`.
public struct DefinedMigration: Sendable, Hashable, Codable {
  /// Name.
  public var name: String
  /// Role that defined it.
  public var owner: String
  /// Table.
  public var target: String
  /// `update`, `delete`, `statements` or `handler`.
  public var kind: String
  /// Predicate that says which rows need work.
  public var pending: String
  /// Columns it walks by.
  public var keyColumns: [String]
  /// How it walks.
  public var walk: String
  /// Migrations that must be finished first.
  public var after: [String]
  /// Arguments of `sluice.define`, but for those left at their defaults.
  public var definition: JSONValue
  /// When it was defined.
  public var definedAt: Date
  /// When cleanup was through with it.
  public var cleanedAt: Date?

  /// Columns of the query.
  static let columns = """
    name, owner, target, kind, pending, key_columns, walk, "after", definition, defined_at, cleaned_at
    """
}
