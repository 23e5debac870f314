/// Statements run for each batch; each sees a relation `batch` with the rows that are pending as it sees them.
///
/// ```swift
/// Statements("insert into archive select * from batch", "delete from orders where id in (select id from batch)")
/// ```
public struct Statements: WholeTableChange {
  let change: Definition.Change

  /// Statements in order.
  public init(_ statements: String...) {
    change = .statements(statements)
  }

  /// What becomes of the rows.
  public func change(of migration: String) -> Definition.Change { change }
}
