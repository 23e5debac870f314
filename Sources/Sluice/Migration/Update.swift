/// The pending rows are updated.
///
/// ```swift
/// Update(set: "stage_id = s.id", from: "public.stages s", where: "s.name = builds.stage")
/// ```
public struct Update: WholeTableChange {
  let change: Definition.Change

  /// Assignments, such as `total = price * amount`.
  public init(set: String) {
    change = .update(set: set, source: nil, match: nil)
  }

  /// Assignments from a join with the FROM item, and its condition.
  public init(set: String, from source: String, where match: String? = nil) {
    change = .update(set: set, source: source, match: match)
  }

  /// What becomes of the rows.
  public func change(of migration: String) -> Definition.Change { change }
}
