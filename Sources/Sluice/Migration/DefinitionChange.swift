/// Part of a definition that says what becomes of the pending rows; there is exactly one.
public protocol DefinitionChange: Sendable {
  /// What becomes of them, in a migration of this name.
  func change(of migration: String) -> Definition.Change
}

/// Change that needs no `Pending`: without it, all rows are meant.
///
/// `Delete` is none.
public protocol WholeTableChange: DefinitionChange {}
