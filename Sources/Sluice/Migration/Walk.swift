/// How to walk; without it, as the plan finds best.
///
/// ```swift
/// Walk(.blocks)
/// ```
public struct Walk: DefinitionPart {
  let walk: Definition.Walk

  /// A way to walk.
  public init(_ walk: Definition.Walk) {
    self.walk = walk
  }

  /// Writes the part down.
  public func apply(to definition: inout Definition) {
    definition.walk = walk
  }
}
