/// What a database has of the schema, compared with what is expected.
public enum SchemaStatus: Sendable, Hashable {
  /// Not installed.
  case absent
  /// Installed, and as expected.
  case current(SchemaVersion)
  /// Installed by an older version; `install` upgrades it.
  case older(found: SchemaVersion, expected: SchemaVersion)
  /// Installed by a newer version, which this one must not touch.
  case newer(found: SchemaVersion, expected: SchemaVersion)

  /// Status of a database where a version was found.
  public init(found: SchemaVersion?, expected: SchemaVersion) {
    guard let found else {
      self = .absent
      return
    }
    self =
      found == expected
      ? .current(found)
      : found < expected ? .older(found: found, expected: expected) : .newer(found: found, expected: expected)
  }
}
