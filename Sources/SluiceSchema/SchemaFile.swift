/// One file of `sql/`.
public struct SchemaFile: Sendable, Hashable {
  /// Path within `sql/`, such as `work/claim.sql`.
  public var path: String
  /// Statements, separated by semicolons.
  public var sql: String

  /// File with its text.
  public init(path: String, sql: String) {
    self.path = path
    self.sql = sql
  }

  /// Whether it runs once, at the installation; all other files are code and run again at each upgrade.
  public var isStructure: Bool { path.hasPrefix("tables/") }
}
