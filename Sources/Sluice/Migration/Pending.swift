/// Which rows still need work: a predicate over the target's columns; without it, all rows once.
///
/// Of two, both must be true.
///
/// ```swift
/// Pending("stage_id is null")
/// ```
public struct Pending: DefinitionPart {
  let predicate: String

  /// Predicate in SQL, such as `stage_id is null`.
  public init(_ predicate: String) {
    self.predicate = predicate
  }

  /// Writes the part down.
  public func apply(to definition: inout Definition) {
    definition.pending = definition.pending == "true" ? predicate : "(\(definition.pending)\n) and (\(predicate)\n)"
  }
}
