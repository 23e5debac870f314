/// The pending rows go to application code: the `handle` of the `HandlerMigration` that has this definition.
///
/// ```swift
/// static let definition = Definition("tokens_encrypted", target: "public.tokens") {
///   Pending("token_encrypted is null")
///   Handler()
/// }
/// ```
public struct Handler: WholeTableChange {
  let name: String?

  /// Handler named like the migration, unless it is given a name.
  public init(_ name: String? = nil) {
    self.name = name
  }

  /// What becomes of the rows.
  public func change(of migration: String) -> Definition.Change { .handler(name ?? migration) }
}
