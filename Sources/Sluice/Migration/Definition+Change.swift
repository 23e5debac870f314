extension Definition {
  /// What becomes of the pending rows.
  public enum Change: Sendable, Hashable, Codable {
    /// Assignments, and for a join the FROM item and its condition.
    case update(set: String, source: String?, match: String?)
    /// Rows go, and for a join those that match a USING item.
    case delete(source: String?, match: String?)
    /// Statements in order, each of which sees the relation `batch`.
    case statements([String])
    /// Application code registered under a name.
    case handler(String)
  }
}
