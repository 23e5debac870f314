extension SchemaSource: CustomStringConvertible, CustomReflectable {
  /// Version and number of files, without their text, which would fill logs.
  public var description: String { "SchemaSource(\(version), \(files.count) files)" }

  /// The same.
  public var customMirror: Mirror { Mirror(self, children: ["version": version, "files": files.count]) }
}
