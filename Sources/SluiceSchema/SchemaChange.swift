/// What an installation did.
public enum SchemaChange: Sendable, Hashable {
  /// Nothing: the schema was there, and current.
  case none
  /// Installed it.
  case installed(SchemaVersion)
  /// Upgraded it.
  case upgraded(from: SchemaVersion, to: SchemaVersion)
}
