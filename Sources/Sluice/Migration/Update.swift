/// The pending rows are updated.
public struct Update: DefinitionChange {
  let change: Definition.Change

  /// Assignments, such as `total = price * amount`, and for a join the FROM item and its condition.
  public init(set: String, from source: String? = nil, where match: String? = nil) {
    change = .update(set: set, source: source, match: match)
  }

  /// What becomes of the rows.
  public func change(of migration: String) -> Definition.Change { change }
}
