/// Migrations of an application, registered where it starts.
///
/// ```swift
/// let migrations = Migrations(BuildsStageID.self, UsersEmail.self)
/// try await migrations.define(on: client)          // in a deploy: defines what is new
/// try await migrations.requireNoDrift(on: client)  // and stops it where code and database differ
/// ```
public struct Migrations: Sendable {
  /// What they are, in the order in which they were given.
  public let definitions: [Definition]
  /// Those whose rows go to application code, for a driver.
  public let handlers: [any HandlerMigration.Type]
  /// Names of those whose type and definition disagree on whether rows go to application code.
  private let contradictory: [String]

  /// Collection of types, in any order.
  public init(_ migrations: any Migration.Type...) {
    definitions = migrations.map { $0.definition }
    handlers = migrations.compactMap { $0 as? any HandlerMigration.Type }
    contradictory = migrations.filter {
      let hasCode = $0 is any HandlerMigration.Type
      return if case .handler = $0.definition.change { !hasCode } else { hasCode }
    }.map { $0.definition.name }
  }

  /// Collection of definitions, in any order.
  public init(_ definitions: [Definition]) {
    self.definitions = definitions
    handlers = []
    contradictory = []
  }

  /// Defines each that is not defined yet, those first that others come after.
  ///
  /// - Throws: `SluiceError`: `nameInUse` when one is defined differently, `invalidArgument` when they wait for each other,
  ///   also for a
  ///   `HandlerMigration` without `Handler()` and for `Handler()` in another migration, or what is wrong with a definition.
  public func define(on client: SluiceClient) async throws {
    if let name = contradictory.first {
      throw SluiceError(
        .invalidArgument, "migration \"\(name)\": its type and its definition disagree on who changes its rows",
        detail: "A HandlerMigration has Handler() in its definition, and only a HandlerMigration has.",
        hint: "Write Handler() in place of the change, or let the type be a Migration.")
    }
    for definition in try inOrder() { try await client.define(definition) }
  }

  /// Compares code and database; changes nothing.
  public func drift(on client: SluiceClient) async throws -> Drift {
    var drift = Drift(different: [], onlyInCode: [], onlyInDatabase: [])
    for definition in definitions {
      let comparison = try await client.compare(definition)
      switch comparison.verdict {
      case .same: break
      case .different: drift.different.append(comparison)
      case .missing: drift.onlyInCode.append(comparison.name)
      }
    }
    let names = Set(definitions.map(\.name))
    drift.onlyInDatabase = try await client.ownDefinitions().filter { !names.contains($0.name) }
    return drift
  }

  /// Throws `definitionsDiffer`, which names each argument, unless the database knows every definition as it is in code.
  public func requireNoDrift(on client: SluiceClient) async throws {
    if let error = try await drift(on: client).error { throw error }
  }
}
