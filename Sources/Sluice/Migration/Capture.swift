/// Rows that are written while the migration runs are converted by a trigger.
///
/// ```swift
/// Capture()
/// ```
public struct Capture: DefinitionPart {
  /// Capture by trigger.
  public init() {}

  /// Writes the part down.
  public func apply(to definition: inout Definition) {
    definition.capture = true
  }
}
