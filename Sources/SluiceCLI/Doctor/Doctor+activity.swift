internal import Postgres

extension Doctor {
  /// Checks of what goes on in the server beside migrations.
  var activityChecks: [Check] {
    [
      ("transactions", lookAtTransactions), ("slots", lookAtSlots), ("pg_cron", lookAtCron),
    ]
  }

  private func lookAtTransactions() async throws -> Finding {
    let row = try await row(
      """
      select pid, usename, extract(epoch from clock_timestamp() - xact_start)::float8 as age, state
      from pg_catalog.pg_stat_activity
      where xact_start is not null and backend_type = 'client backend' and pid <> pg_catalog.pg_backend_pid()
      union all
      select 0, owner, extract(epoch from clock_timestamp() - prepared)::float8, 'prepared' from pg_catalog.pg_prepared_xacts
      union all
      select 0, null, 0, null
      order by age desc limit 1
      """)
    let age = try row.get("age", as: Double.self)
    guard age >= 300 else { return .ok("transactions", "none is older than 5 minutes") }
    let pid = try row.get("pid", as: Int.self)
    let who = try row.get("usename", as: String?.self) ?? "somebody"
    let state = try row.get("state", as: String?.self) ?? "in a transaction"
    return .warn(
      "transactions",
      "one of \(who) is \(Amount.duration(seconds: age)) old (\(pid == 0 ? "" : "pid \(pid), ")\(state))",
      "While it lasts old row versions stay, updates cannot be HOT, and captures wait. End it"
        + (pid == 0 ? "." : ": select pg_terminate_backend(\(pid));"))
  }

  private func lookAtSlots() async throws -> Finding {
    let slots = try await connection.query(
      """
      select slot_name, coalesce(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), restart_lsn), 0)::float8 as kept,
        safe_wal_size::float8 as safe
      from pg_catalog.pg_replication_slots where not active order by kept desc
      """, deadline: .now + .seconds(10))
    guard let first = slots.first else { return .ok("slots", "no replication slot is left behind") }
    let (name, kept) = (try first.get("slot_name", as: String.self), try first.get("kept", as: Double.self))
    let others = slots.count == 1 ? "" : " and \(Amount.counted(slots.count - 1, "other"))"
    let room =
      try first.get("safe", as: Double?.self).map { "; after \(Amount.bytes(max($0, 0))) more it is invalidated" } ?? ""
    return .warn(
      "slots", "slot \"\(name)\"\(others) is not in use and keeps \(Amount.bytes(kept)) of WAL\(room)",
      "Connect its reader, or drop it: select pg_drop_replication_slot('\(name)');")
  }

  private func lookAtCron() async throws -> Finding {
    let version = try await row(
      "select (select extversion from pg_catalog.pg_extension where extname = 'pg_cron') as it"
    ).get("it", as: String?.self)
    guard version != nil else {
      return .ok("pg_cron", "not in this database; a job in the database of pg_cron may call sluice.work() here")
    }
    let rights = try await row(
      """
      select case when pg_catalog.has_schema_privilege('cron', 'usage')
        then pg_catalog.has_table_privilege('cron.job', 'select') else false end as it
      """)
    guard try rights.get("it", as: Bool.self) else {
      return .ok("pg_cron", "here; \"\(server.role)\" may not see its jobs")
    }
    let jobs = try await row("select count(*) as it from cron.job where command ~* 'sluice\\.work'").get(
      "it", as: Int.self)
    let told = jobs == 1 ? "1 of its jobs calls sluice.work" : "\(jobs) of its jobs call sluice.work"
    return .ok("pg_cron", jobs == 0 ? "here, without a job for sluice.work" : told)
  }
}
