/// Part of a definition that says what becomes of the pending rows; there is exactly one.
public protocol DefinitionChange: Sendable {
  /// What becomes of them.
  var change: Definition.Change { get }
}
