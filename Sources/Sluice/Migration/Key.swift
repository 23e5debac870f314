/// Columns to walk by, in order; without it, the primary key.
///
/// ```swift
/// Key("tenant_id", "created_at")
/// ```
public struct Key: DefinitionPart {
  let columns: [String]

  /// Columns that lead an index.
  public init(_ columns: String...) {
    self.columns = columns
  }

  /// Writes the part down.
  public func apply(to definition: inout Definition) {
    definition.key = columns
  }
}
