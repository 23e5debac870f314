internal import Postgres
internal import Sluice

extension Doctor {
  /// Checks of the server and its settings, which need no schema.
  var serverChecks: [Check] {
    [
      ("server", lookAtVersion), ("primary", lookAtRecovery), ("schema", lookAtSchema),
      ("statistics", lookAtStatistics),
      ("autovacuum", lookAtAutovacuum), ("connections", lookAtConnections), ("notifications", lookAtNotifications),
      ("archiver", lookAtArchiver),
    ]
  }

  private func lookAtVersion() -> Finding {
    server.versionNumber >= Server.oldestMajor * 10_000
      ? .ok("server", "PostgreSQL \(server.version), database \"\(server.database)\", role \"\(server.role)\"")
      : .fail("server", "PostgreSQL \(server.version) is too old", "Upgrade to \(Server.oldestMajor) or newer.")
  }

  private func lookAtRecovery() -> Finding {
    if server.isStandby {
      return .fail("primary", "this is a standby: nothing can be written", "Connect to the primary.")
    }
    if let remedy = server.readOnlyRemedy {
      return .fail("primary", "takes no writes (default_transaction_read_only): nothing runs", remedy)
    }
    return .ok("primary", "takes writes")
  }

  private func lookAtStatistics() async throws -> Finding {
    let isOn = try await row("select current_setting('track_counts')::boolean as it").get("it", as: Bool.self)
    return isOn
      ? .ok("statistics", "track_counts is on")
      : .fail(
        "statistics", "track_counts is off: HOT share, dead rows and autovacuum are blind",
        "Turn it on: alter system set track_counts = on; select pg_reload_conf();")
  }

  private func lookAtAutovacuum() async throws -> Finding {
    let row = try await row(
      """
      select current_setting('autovacuum')::boolean as it,
        (select count(*) from pg_catalog.pg_stat_activity where backend_type = 'autovacuum worker') as workers
      """)
    guard try row.get("it", as: Bool.self) else {
      return .fail(
        "autovacuum", "it is off: space of old row versions is never used again",
        "Turn it on: alter system set autovacuum = on; select pg_reload_conf();")
    }
    return .ok("autovacuum", "on, \(Amount.count(try row.get("workers", as: Int.self))) at work")
  }

  private func lookAtConnections() async throws -> Finding {
    let row = try await row(
      """
      select count(*) as used,
        current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as places
      from pg_catalog.pg_stat_activity where backend_type = 'client backend'
      """)
    let (used, places) = (try row.get("used", as: Int.self), try row.get("places", as: Int.self))
    let message = "\(used) of \(places) in use"
    if let finding = try await lookAtLimit() { return finding }
    return used * 10 < places * 9
      ? .ok("connections", message)
      : .warn("connections", message, "Few are left for workers: raise max_connections, or use fewer workers.")
  }

  /// A limit below what a driver needs, with as many workers as a migration of this role is scheduled for.
  private func lookAtLimit() async throws -> Finding? {
    var workers = 1
    if await mayLookInside() {
      let asked = "select max(workers) as it from sluice.progress where owner = session_user and state <> 'finished'"
      workers = (try? await row(asked).get("it", as: Int?.self)) ?? 1
    }
    let needed = ConnectionLimit.needed(workers: max(workers, 1))
    let limit = try await ConnectionLimit.lowest(on: connection)
    guard limit.allowed < needed else { return nil }
    return .warn(
      "connections",
      "\(limit.subject) may have \(limit.allowed), a driver of \(Amount.counted(workers, "worker")) needs \(needed)",
      limit.advice(needed))
  }

  private func lookAtNotifications() async throws -> Finding {
    guard try await connection.hasOwnSession(deadline: .now + .seconds(10)) else {
      return .warn("notifications", "through this pooler no LISTEN lasts", Self.poolerAdvice)
    }
    let channel = "sluice_doctor_\(await connection.backendProcessID)"
    do {
      let notifications = try await connection.listen(to: channel, deadline: .now + .seconds(2))
      defer { withExtendedLifetime(notifications) {} }
      try await connection.query("select pg_catalog.pg_notify($1, '')", [.text(channel)], deadline: .now + .seconds(2))
      let arrived = try await withThrowingTaskGroup(of: Bool.self) { group in
        group.addTask {
          for try await _ in notifications { return true }
          return false
        }
        group.addTask {
          try await Task.sleep(for: .seconds(1))
          return false
        }
        let first = try await group.next() ?? false
        group.cancelAll()
        return first
      }
      try await connection.unlisten(channel)
      if arrived { return try await lookAtNotificationQueue() }
    } catch let error as PostgresError where error.code == .server {
      return .warn("notifications", "LISTEN is refused: \(error.message) (\(error.sqlState ?? ""))", Self.poolerAdvice)
    }
    return .warn("notifications", "a notification did not arrive", Self.poolerAdvice)
  }

  private func lookAtNotificationQueue() async throws -> Finding {
    let usage = try await row("select pg_catalog.pg_notification_queue_usage() as usage").get("usage", as: Double.self)
    guard usage >= 0.5 else { return .ok("notifications", "LISTEN works: a driver wakes at once") }
    return .warn(
      "notifications", "their queue is \(Int(usage * 100)) % full; from 90 % on drivers look by themselves",
      "A session that listens and leaves its transaction open keeps them: end the oldest one in pg_stat_activity.")
  }

  private static let poolerAdvice =
    "A pooler in transaction mode does that; drivers then look every 2 seconds. Connect directly for faster wake-ups."

  private func lookAtArchiver() async throws -> Finding {
    let row = try await row(
      """
      select current_setting('archive_mode') <> 'off' as used,
        coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) as failing, last_failed_wal
      from pg_catalog.pg_stat_archiver
      """)
    guard try row.get("used", as: Bool.self) else { return .ok("archiver", "not in use") }
    if try row.get("failing", as: Bool.self) {
      return .fail(
        "archiver", "archiving fails, last of \(try row.get("last_failed_wal", as: String?.self) ?? "a segment")",
        "A migration writes much WAL: fix archive_command before it fills the disk.")
    }
    return .ok("archiver", "keeps up")
  }
}
