/// Migrations of an application, in the order in which they were written.
///
/// ```swift
/// let migrations = Migrations(BuildsStageID.self, UsersEmail.self)
/// try await migrations.define(on: client)
/// ```
public struct Migrations: Sendable {
  /// What they are.
  public let definitions: [Definition]

  /// Collection of types.
  public init(_ migrations: any Migration.Type...) {
    definitions = migrations.map { $0.definition }
  }

  /// Defines each that is not defined yet, in order.
  public func define(on client: SluiceClient) async throws {
    for definition in definitions { try await client.define(definition) }
  }
}
