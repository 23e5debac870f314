/// Statements that cleanup runs after verification, each in its own transaction.
///
/// ```swift
/// OnFinish("alter table builds validate constraint stage_id_present", "alter table builds drop column stage")
/// ```
public struct OnFinish: DefinitionPart {
  let statements: [String]

  /// Statements in order.
  public init(_ statements: String...) {
    self.statements = statements
  }

  /// Writes the part down.
  public func apply(to definition: inout Definition) {
    definition.onFinish += statements
  }
}
