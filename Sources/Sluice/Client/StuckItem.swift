public import FoundationEssentials

/// What needs a person, or keeps a migration waiting: a row of `sluice.stuck`.
public struct StuckItem: Sendable, Hashable, Codable {
  /// Migration; nil when it is about the whole database.
  public var name: String?
  /// Role that owns it.
  public var owner: String?
  /// Kind, such as `failed`, `quarantined` or `waits`.
  public var problem: String
  /// Since when.
  public var since: Date?
  /// Particulars.
  public var detail: String?
  /// What to do, with the SQL.
  public var advice: String?

  /// Columns of the query.
  static let columns = "name, owner, problem, since, detail, advice"
}
