/// Schemas in which the names of a definition are looked up; without it, those of the session that defines it.
///
/// ```swift
/// SearchPath("shop", "public")
/// ```
public struct SearchPath: DefinitionPart {
  let schemas: [String]

  /// Schemas in order.
  public init(_ schemas: String...) {
    self.schemas = schemas
  }

  /// Writes the part down.
  public func apply(to definition: inout Definition) {
    definition.searchPath = schemas
  }
}
