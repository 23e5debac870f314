internal import Foundation
public import Postgres

/// Installs, upgrades and removes the schema `sluice` as plain SQL, by any role that may create a schema.
///
/// ```swift
/// let change = try await SchemaInstaller().install(on: PostgresConfiguration("dbname=shop"))
/// print(change)  // installed(0.1.0)
/// ```
public struct SchemaInstaller: Sendable {
  /// What is to be installed.
  public let source: SchemaSource
  /// Role, no superuser, whose schema a session of a superuser or an administrator may use: by default what the environment variable
  /// `SLUICE_SCHEMA_OWNER` names; nil for none.
  public var trustedOwner = ProcessInfo.processInfo.environment["SLUICE_SCHEMA_OWNER"]

  /// Installer of a source; tests give made-up ones.
  public init(source: SchemaSource = .embedded) {
    self.source = source
  }

  /// What a database has of the schema.
  public func status(on configuration: PostgresConfiguration) async throws -> SchemaStatus {
    try await withConnection(configuration) { try await status(on: $0) }
  }

  /// Installs the schema, or upgrades an older one.
  ///
  /// Safe at any time, from several places at once, and while migrations run.
  @discardableResult public func install(on configuration: PostgresConfiguration) async throws -> SchemaChange {
    try await withConnection(configuration) { try await install(on: $0) }
  }

  /// Removes the schema with everything in it.
  ///
  /// - Parameters:
  ///   - configuration: where.
  ///   - force: also while migrations are scheduled or run.
  /// - Returns: whether there was one.
  /// - Throws: `SluiceError`: `migrationsRunning`, `schemaIsExtension`, `schemaForeign`, or what the server says.
  @discardableResult public func uninstall(
    on configuration: PostgresConfiguration, force: Bool = false
  ) async throws -> Bool {
    try await withConnection(configuration) { try await uninstall(on: $0, force: force) }
  }

  private func withConnection<Value: Sendable>(
    _ configuration: PostgresConfiguration, _ body: (PostgresConnection) async throws -> Value
  ) async throws -> Value {
    do {
      return try await PostgresConnection.withPinnedConnection(configuration, body)
    } catch let error as PostgresError {
      throw SluiceError(error)
    }
  }
}
