/// Everything that is needed to install or to upgrade the schema; usually ``embedded``.
public struct SchemaSource: Sendable, Hashable {
  /// Version of the code.
  public var version: SchemaVersion
  /// Files in the order in which they run.
  public var files: [SchemaFile]
  /// Changes of structure since the first version, in any order.
  public var upgrades: [SchemaUpgrade]

  /// Source from its parts.
  public init(version: SchemaVersion, files: [SchemaFile], upgrades: [SchemaUpgrade] = []) {
    self.version = version
    self.files = files
    self.upgrades = upgrades
  }

  /// Changes of structure that a schema of a version still lacks, oldest first.
  public func upgrades(after found: SchemaVersion) -> [SchemaUpgrade] {
    upgrades.filter { $0.to > found && $0.to <= version }.sorted { $0.to < $1.to }
  }
}
