/// How the end of a run is proved; without it, by one query over the whole table.
///
/// ```swift
/// Proof(.ranges)
/// ```
public struct Proof: DefinitionPart {
  let proof: Definition.Proof

  /// A kind of proof.
  public init(_ proof: Definition.Proof) {
    self.proof = proof
  }

  /// Writes the part down.
  public func apply(to definition: inout Definition) {
    definition.proof = proof
  }
}
