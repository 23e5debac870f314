extension PostgresConnection {
  /// Whether there is no pooler between: the session's backend is the one that answered the handshake.
  package nonisolated func isDirect(deadline: ContinuousClock.Instant) async throws -> Bool {
    try await backend(deadline) == backendProcessID
  }

  /// Whether the server's session belongs to this connection alone until it is closed, so that locks, settings and LISTEN
  /// last: without a pooler, or through one in session mode.
  ///
  /// A pooler in transaction mode may give the same session to transaction after transaction. But it never passes on what
  /// a session hears while none of this connection's transactions runs: that is the proof. It needs a second connection
  /// for a moment; where none can be had, the answer is no.
  package nonisolated func hasOwnSession(deadline: ContinuousClock.Instant) async throws -> Bool {
    if try await isDirect(deadline: deadline) { return true }
    let first = try await backend(deadline)
    // Such looks find out most poolers, and leave no LISTEN in a session of theirs.
    guard try await backend(deadline) == first else { return false }
    do {
      let patience = ContinuousClock.now + .seconds(5)
      return try await Self.withConnection(configuration, deadline: patience) { other in
        guard try await other.backend(patience) != first, try await backend(deadline) == first else { return false }
        let channel = "sluice_session_\(UInt64.random(in: 0...UInt64.max))"
        let notifications = try await listen(to: channel, deadline: deadline)
        try await other.query("select pg_catalog.pg_notify($1, '')", [.text(channel)], deadline: patience)
        let hasHeard = await Self.hears(notifications, within: .seconds(2))
        try await unlisten(channel, deadline: deadline)
        return hasHeard
      }
    } catch let error as PostgresError {
      if await isClosed { throw error }
      return false
    }
  }

  /// Whether a transaction lasts from one statement to the next; a pooler in statement mode (PgBouncer's `pool_mode`) ends
  /// it with a protocol violation.
  ///
  /// A pooler says 08P01 of other troubles too. So the answer is no only where a second connection can run a block in one request,
  /// and then has the same trouble with one that is left open.
  package nonisolated func keepsTransactions(deadline: ContinuousClock.Instant) async throws -> Bool {
    if try await isDirect(deadline: deadline) { return true }
    if try await canLeaveOpen(deadline) { return true }
    return try await Self.withConnection(configuration, deadline: deadline) { other in
      try await other.pipeline(["begin", "commit"], deadline: deadline)
      return try await other.canLeaveOpen(deadline)
    }
  }

  /// Whether a block may be left open; false only where that is a violation of the protocol.
  private nonisolated func canLeaveOpen(_ deadline: ContinuousClock.Instant) async throws -> Bool {
    do {
      try await query("begin", deadline: deadline)
      try await query("rollback", deadline: deadline)
      return true
    } catch let error as PostgresError where error.sqlState == "08P01" {
      return false
    }
  }

  private nonisolated func backend(_ deadline: ContinuousClock.Instant) async throws -> Int32 {
    try await query("select pg_catalog.pg_backend_pid()", deadline: deadline).single().get(at: 0)
  }

  private static func hears(_ notifications: PostgresNotifications, within limit: Duration) async -> Bool {
    await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        do {
          for try await _ in notifications { return true }
        } catch {
          return false
        }
        return false
      }
      group.addTask {
        try? await Task.sleep(for: limit)
        return false
      }
      let hasHeard = await group.next() ?? false
      group.cancelAll()
      return hasHeard
    }
  }
}
