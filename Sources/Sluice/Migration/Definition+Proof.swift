extension Definition {
  /// How the end of a run is proved.
  public enum Proof: String, Sendable, Hashable, Codable {
    /// By one query over the whole table, in one snapshot.
    case snapshot
    /// By ranges, each in a snapshot of its own; for tables so large that one query would take too long.
    case ranges
  }
}
