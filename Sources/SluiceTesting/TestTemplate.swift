public import Postgres
internal import SystemC

/// Database that is prepared once and then cloned for each suite, which is much faster than preparing it each time.
///
/// ```swift
/// let template = TestTemplate("shop") { connection in
///   try await connection.script("create table orders (id bigint primary key)")
/// }
/// ```
public actor TestTemplate {
  private let name: String
  private let server: PostgresConfiguration
  private let prepare: @Sendable (PostgresConnection) async throws -> Void
  private var preparation: Task<String, any Error>?

  /// Template that is prepared when the first database is made from it.
  public init(
    _ name: String, on server: PostgresConfiguration = .environment,
    prepare: @escaping @Sendable (PostgresConnection) async throws -> Void
  ) {
    self.name = name
    self.server = server
    self.prepare = prepare
  }

  /// Name of the prepared database.
  ///
  /// - Throws: what the preparation throws, to everybody who asks.
  func database() async throws -> String {
    if let preparation { return try await preparation.value }
    let preparation = Task { [name, server, prepare] in
      let database = "template_\(name)_\(getpid())"
      try await PostgresConnection.withConnection(server) { connection in
        let quoted = PostgresConnection.quote(database)
        try await connection.query("drop database if exists \(quoted)")
        try await connection.query("create database \(quoted)")
      }
      try await PostgresConnection.withConnection(server.database(database)) { try await prepare($0) }
      return database
    }
    self.preparation = preparation
    return try await preparation.value
  }
}
