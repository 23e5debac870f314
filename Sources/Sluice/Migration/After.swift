/// Migrations that must be finished first.
///
/// ```swift
/// After("stages_name")            // by name
/// After(StagesName.self)           // by type
/// ```
public struct After: DefinitionPart {
  let names: [String]

  /// Migrations by name.
  public init(_ names: String...) {
    self.names = names
  }

  /// Migrations by type.
  public init(_ migrations: any Migration.Type...) {
    names = migrations.map { $0.definition.name }
  }

  /// Writes the part down.
  public func apply(to definition: inout Definition) {
    definition.after += names
  }
}
