public import Postgres
internal import Synchronization
internal import SystemC

/// Database of its own for a suite or a test.
///
/// ```swift
/// try await TestDatabase.withDatabase(from: template) { database in
///   try await PostgresConnection.withConnection(database.configuration) { ... }
/// }
/// ```
public struct TestDatabase: Sendable {
  /// Name, unique on the server.
  public let name: String
  /// How to connect to it.
  public let configuration: PostgresConfiguration
  private let server: PostgresConfiguration

  private static let count = Mutex(0)

  /// Creates an empty database, or a clone of a template.
  ///
  /// - Parameters:
  ///   - template: what to clone; nil for an empty database.
  ///   - server: how to connect to the server, to any database of it.
  /// - Returns: the database; the caller drops it.
  /// - Throws: `PostgresError`, and what the template's preparation throws.
  public static func create(
    from template: TestTemplate? = nil, on server: PostgresConfiguration = .environment
  ) async throws -> TestDatabase {
    try await create(from: template?.database() ?? "template0", on: server)
  }

  /// Creates a copy on the same server, as createdb does from a template, once nobody is connected to this one.
  public func copy() async throws -> TestDatabase { try await Self.create(from: name, on: server) }

  private static func create(from source: String, on server: PostgresConfiguration) async throws -> TestDatabase {
    let number = count.withLock { count in
      count += 1
      return count
    }
    let name = "test_\(getpid())_\(number)"
    try await PostgresConnection.withConnection(server) { connection in
      let create =
        "create database \(PostgresConnection.quote(name)) template \(PostgresConnection.quote(source))"
      try await waitUntil("nobody uses the template \(source)") {
        do {
          try await connection.query(create)
          return true
        } catch let error as PostgresError where error.sqlState == "55006" {
          return false
        }
      }
    }
    return TestDatabase(name: name, configuration: server.database(name), server: server)
  }

  /// The database of the same name on another server: a standby, what a standby became, or where a copy is.
  public func on(_ server: PostgresConfiguration) -> TestDatabase {
    TestDatabase(name: name, configuration: server.database(name), server: server)
  }

  /// Drops the database and ends every session in it.
  public func drop() async throws {
    try await PostgresConnection.withConnection(server) { connection in
      try await connection.query("drop database if exists \(PostgresConnection.quote(name)) with (force)")
    }
  }

  /// Creates a database, lends it to the body, and drops it.
  @discardableResult public static func withDatabase<Value: Sendable>(
    from template: TestTemplate? = nil, on server: PostgresConfiguration = .environment,
    _ body: (TestDatabase) async throws -> Value
  ) async throws -> Value {
    let database = try await create(from: template, on: server)
    do {
      let value = try await body(database)
      try await database.drop()
      return value
    } catch {
      try? await database.drop()
      throw error
    }
  }
}
