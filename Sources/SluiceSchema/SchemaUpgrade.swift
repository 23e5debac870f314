/// Change of structure that came with a version: what `create or replace` of the code cannot do.
public struct SchemaUpgrade: Sendable, Hashable {
  /// Version before.
  public var from: SchemaVersion
  /// Version that needs the change.
  public var to: SchemaVersion
  /// Statements, separated by semicolons.
  public var sql: String

  /// Change between two versions.
  public init(from: SchemaVersion, to: SchemaVersion, sql: String) {
    self.from = from
    self.to = to
    self.sql = sql
  }
}
