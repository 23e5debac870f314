/// What became of a migration that a driver was to work off.
public struct MigrationOutcome: Sendable, Hashable, Codable {
  /// How it ended.
  public enum Kind: String, Sendable, Hashable, Codable {
    /// Finished, and verified.
    case finished
    /// Failed: too much of it, or ranges that were given up.
    case failed
    /// Paused, by a person or because its definition is broken.
    case paused
    /// Cancelled by a person, or forgotten.
    case cancelled
    /// Cannot run: another migration must be finished first, or a handler is missing, or the database is a copy.
    case blocked
    /// Not ended: the driver was told to stop before.
    case interrupted
  }

  /// How it ended.
  public var kind: Kind
  /// Why it is not finished, for people.
  public var reason: String?

  /// Outcome with its reason.
  public init(_ kind: Kind, reason: String? = nil) {
    self.kind = kind
    self.reason = reason
  }
}
