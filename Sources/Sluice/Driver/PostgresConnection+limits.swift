internal import Postgres

extension PostgresConnection {
  /// Limits that end a session, or what it does, after some time.
  ///
  /// A role or a database has them for other work than a vacuum, an index build or a session that listens; a version of
  /// PostgreSQL may lack some of them.
  static let timeLimits = ["statement_timeout", "transaction_timeout", "idle_session_timeout"]

  /// How soon the server notices that the driver's machine, or the network between, is gone, and ends the session.
  ///
  /// By the system's own defaults that takes hours, in which the sessions stay.
  private static let networkLimits = [
    "tcp_user_timeout": "30s", "tcp_keepalives_idle": "15", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3",
  ]

  /// Lifts limits in time, all of them or some, and sets those of the network, where this is a session of its own.
  ///
  /// - Returns: whether it is; behind a pooler in transaction mode nothing is set, because another client would find it there.
  nonisolated func liftTimeLimits(
    _ names: [String] = timeLimits, deadline: ContinuousClock.Instant
  ) async throws -> Bool {
    guard try await hasOwnSession(deadline: deadline) else { return false }
    try await query(
      "select pg_catalog.set_config(s.name, '0', false) from pg_catalog.pg_settings s where s.name = any ($1)",
      [.array(names)], deadline: deadline)
    let limits = Self.networkLimits.sorted { $0.key < $1.key }
    try await query(
      "select pg_catalog.set_config(s.name, s.value, false) from unnest($1::text[], $2::text[]) as s (name, value)",
      [.array(limits.map(\.key)), .array(limits.map(\.value))], deadline: deadline)
    return true
  }

  /// Gives limits in time the values again that the session began with, but for what ends idle sessions.
  nonisolated func restoreTimeLimits(deadline: ContinuousClock.Instant) async throws {
    try await query(
      """
      select pg_catalog.set_config(s.name, s.reset_val, false) from pg_catalog.pg_settings s
      where s.name = any ($1) and s.name <> 'idle_session_timeout'
      """, [.array(Self.timeLimits)], deadline: deadline)
  }
}
