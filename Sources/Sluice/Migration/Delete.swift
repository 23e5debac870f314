/// The pending rows are deleted.
///
/// ```swift
/// Delete()                       // needs Pending: to delete all rows, say Pending("true")
/// Delete(using: "public.closed_accounts c", where: "c.id = orders.account_id")
/// ```
public struct Delete: DefinitionChange {
  let change: Definition.Change

  /// All pending rows.
  public init() {
    change = .delete(source: nil, match: nil)
  }

  /// Those that match a row of the USING item.
  public init(using source: String, where match: String? = nil) {
    change = .delete(source: source, match: match)
  }

  /// What becomes of the rows.
  public func change(of migration: String) -> Definition.Change { change }
}
