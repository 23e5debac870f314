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

  /// Collection of types, in any order.
  public init(_ migrations: any Migration.Type...) {
    definitions = migrations.map { $0.definition }
    handlers = migrations.compactMap { $0 as? any HandlerMigration.Type }
  }

  /// Collection of definitions, in any order.
  public init(_ definitions: [Definition]) {
    self.definitions = definitions
    handlers = []
  }

  /// Defines each that is not defined yet, those first that others come after.
  ///
  /// - Throws: `SluiceError`: `nameInUse` when one is defined differently, `invalidArgument` when they wait for each other,
  ///   or what is wrong with a definition.
  public func define(on client: SluiceClient) async throws {
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
