/// The pending rows are deleted.
public struct Delete: DefinitionChange {
  /// What becomes of them.
  public let change: Definition.Change

  /// All of them, or those that match a row of the USING item.
  public init(using source: String? = nil, where match: String? = nil) {
    change = .delete(source: source, match: match)
  }
}
