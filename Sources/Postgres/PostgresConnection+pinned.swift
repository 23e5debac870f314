extension PostgresConnection {
  /// The statement that pins the search path of one transaction.
  package static let pinLocally: PostgresStatement = "set local search_path to pg_catalog, pg_temp"
  /// The statement that gives one transaction the search path of the role and the database again, for SQL of others.
  package static let unpinLocally: PostgresStatement = "set local search_path to default"

  /// Opens a connection where names in SQL mean what PostgreSQL itself has under them, and nothing that others created.
  ///
  /// - Throws: `PostgresError`.
  package static func connectPinned(_ configuration: PostgresConfiguration) async throws -> PostgresConnection {
    let connection = try await connect(configuration)
    do {
      try await connection.pinSearchPath()
      return connection
    } catch {
      await connection.close()
      throw error
    }
  }

  /// Opens such a connection, lends it to the body, and closes it.
  @discardableResult package static func withPinnedConnection<Value: Sendable>(
    _ configuration: PostgresConfiguration, _ body: (PostgresConnection) async throws -> Value
  ) async throws -> Value {
    try await withConnection(configuration) { connection in
      try await connection.pinSearchPath()
      return try await body(connection)
    }
  }

  /// Pins the search path of the session, where this is a session of its own.
  ///
  /// Behind a connection pooler nothing is set, because another client would find it there. So what is sent must mean the same
  /// under each path that has `pg_catalog` first.
  package nonisolated func pinSearchPath() async throws {
    try await query(
      """
      select pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', false)
      where pg_catalog.pg_backend_pid() operator(pg_catalog.=) $1::pg_catalog.int4
      """, [.integer(Int(backendProcessID))], deadline: .now + .seconds(30))
  }
}
