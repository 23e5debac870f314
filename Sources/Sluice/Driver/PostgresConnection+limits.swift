internal import Postgres

extension PostgresConnection {
  /// Limits that end a session, or what it does, after some time.
  ///
  /// A role or a database has them for other work than a vacuum, an index build or a session that listens; a version of
  /// PostgreSQL may lack some of them.
  static let timeLimits = ["statement_timeout", "transaction_timeout", "idle_session_timeout"]

  /// Lifts limits in time, all of them or some, where this is a session of its own.
  ///
  /// - Returns: whether it is; behind a connection pooler nothing is set, because another client would find it there.
  nonisolated func liftTimeLimits(
    _ names: [String] = timeLimits, deadline: ContinuousClock.Instant
  ) async throws -> Bool {
    let backend = try await query("select pg_catalog.pg_backend_pid()", deadline: deadline).single()
    guard try await backend.get(at: 0, as: Int32.self) == backendProcessID else { return false }
    try await query(
      "select pg_catalog.set_config(s.name, '0', false) from pg_catalog.pg_settings s where s.name = any ($1)",
      [.array(names)], deadline: deadline)
    return true
  }
}
