import Postgres

/// How a session comes to be terminated.
enum Ending: CaseIterable {
  /// It terminates itself.
  case byItself
  /// It terminates itself in the middle of a script.
  case inScript
  /// Another session terminates it while it is idle.
  case whileIdle
  /// Another session terminates it while it runs a statement.
  case whileActive

  /// Opens a connection, queries, and has its session terminated; nil when the server's own words arrived.
  func oddity(observer: PostgresConnection) async throws -> String? {
    let connection = try await PostgresConnection.connect()
    let backend = await connection.backendProcessID
    let terminate: [PostgresParameter] = [.integer(backend)]
    defer { withExtendedLifetime(connection) {} }
    do {
      try await connection.query("select 1")
      switch self {
      case .byItself: try await connection.query("select pg_terminate_backend(pg_backend_pid())")
      case .inScript: try await connection.script("select 1; select pg_terminate_backend(pg_backend_pid()); select 2")
      case .whileIdle:
        try await observer.query("select pg_terminate_backend($1, 60000)", terminate)
        try await connection.query("select 1")
      case .whileActive:
        async let answer = connection.query("select pg_sleep(60)")
        try await observer.query("select pg_terminate_backend($1, 60000)", terminate)
        _ = try await answer
      }
      await connection.close()
      return "the session lives on"
    } catch let error as PostgresError {
      await connection.close()
      return error.code == .connectionLost && Self.isFarewell(error) ? nil : "\(error)"
    }
  }

  private static func isFarewell(_ error: PostgresError) -> Bool {
    error.sqlState == "57P01" || error.message.contains("terminating connection due to administrator command")
  }
}
