/// Part of a definition that may stand beside the change.
public protocol DefinitionPart: Sendable {
  /// Writes the part down.
  func apply(to definition: inout Definition)
}
