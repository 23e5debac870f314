/// How a definition in code compares with the one of that name in the database, as `sluice.compare_definition` sees it.
public struct DefinitionComparison: Sendable, Hashable, Codable {
  /// What `sluice.define` would make of it.
  public enum Verdict: String, Sendable, Hashable, Codable {
    /// Nothing: it is defined already, and the same.
    case same
    /// It would refuse it: the database has another definition of that name; or, where only settings of the session differ,
    /// leave it with the settings that it has.
    case different
    /// It would define it.
    case missing
  }

  /// Name.
  public var name: String
  /// What `sluice.define` would make of it.
  public var verdict: Verdict
  /// Role that owns the one in the database.
  public var owner: String?
  /// State of the one in the database.
  public var state: String?
  /// Arguments that differ; none when just the owner is another.
  public var differences: [ArgumentDifference]
}
