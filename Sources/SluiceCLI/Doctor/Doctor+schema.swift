internal import Postgres
internal import Sluice

extension Doctor {
  /// Checks of the schema and of what this role may do with it.
  var schemaChecks: [Check] {
    [
      ("identity", lookAtIdentity), ("rights", lookAtRights), ("guards", lookAtGuards), ("captures", lookAtCaptures),
      ("neighbors", lookAtNeighbors), ("vacuum", lookAtVacuum), ("driver", lookAtDriver),
    ]
  }

  func lookAtSchema() async throws -> Finding {
    let install = "Run: sluice install"
    if server.hasSchema, !server.mayEnterSchema { return try await lookAtMissingRights() }
    switch try await SchemaInstaller().status(on: connection) {
    case .current(let version): return .ok("schema", "Sluice \(version) is installed")
    case .absent:
      return .fail(
        "schema", "Sluice is not installed in database \"\(server.database)\"",
        "\(install), as the role that is to own it.")
    case .older(let found, let expected):
      return .fail("schema", "version \(found) is installed, this program needs \(expected)", install)
    case .newer(let found, let expected):
      return .fail(
        "schema", "version \(found) is installed, this program is of \(expected)", "Use sluice of version \(found).")
    }
  }

  private func lookAtMissingRights() async throws -> Finding {
    let row = try await row(
      """
      select pg_catalog.pg_get_userbyid(nspowner) as owner, pg_catalog.quote_literal($1) as role
      from pg_catalog.pg_namespace where nspname = 'sluice'
      """, [.text(server.role)])
    let (owner, role) = (try row.get("owner", as: String.self), try row.get("role", as: String.self))
    return .fail(
      "rights", "\"\(server.role)\" may not use schema sluice, so nothing in it can be looked at",
      "Let its owner, \"\(owner)\", grant it: select sluice.grant_viewer(\(role)); to watch, or "
        + "sluice.grant_author(\(role)) to define and run migrations.")
  }

  private func lookAtIdentity() async throws -> Finding {
    try await row("select sluice.is_adopted() as it").get("it", as: Bool.self)
      ? .ok("identity", "this is the database in which Sluice was installed")
      : .fail(
        "identity", "this database is a copy: nothing runs in it",
        "If migrations are to run here too, as the owner of schema sluice: select sluice.adopt();")
  }

  private func lookAtRights() async throws -> Finding {
    let row = try await row(
      """
      select pg_catalog.has_schema_privilege('sluice', 'usage') as enters,
        pg_catalog.has_table_privilege('sluice.progress', 'select') as watches,
        pg_catalog.has_table_privilege('sluice.schedule', 'update') as operates,
        (select rolsuper from pg_catalog.pg_roles where rolname = session_user) as rules,
        (select count(*) from sluice.definitions where owner = session_user) as own,
        (select count(*) from sluice.definitions where owner <> session_user) as others
      """)
    guard try row.get("watches", as: Bool.self) else {
      return .fail(
        "rights", "\"\(server.role)\" may not even watch",
        "Let the owner of the schema grant it: select sluice.grant_viewer('\(server.role)');")
    }
    let (own, others) = (try row.get("own", as: Int.self), try row.get("others", as: Int.self))
    let may = try row.get("operates", as: Bool.self) ? "watches and operates" : "watches"
    let message = "\"\(server.role)\" \(may); it owns \(own) of \(Amount.counted(own + others, "migration"))"
    if own == 0, others > 0 {
      return .warn("rights", message, "A driver of this role would run none: log in as the migrations' owner.")
    }
    return .ok("rights", message)
  }

  private func lookAtGuards() async throws -> Finding {
    let held = try await connection.query(
      """
      select name, target::text, description, round(value::numeric, 2)::text as value, unit from sluice.guards
      where verdict = 'holds' and read_at > clock_timestamp() - interval '1 minute' order by name, 2
      """, deadline: .now + .seconds(10))
    if let unread = try await lookAtUnreadGuards() { return unread }
    guard let first = held.first else { return try await lookAtBlindGuards() ?? .ok("guards", "none holds work back") }
    let name = try first.get("name", as: String.self)
    let value = "\(try first.get("value", as: String.self)) \(try first.get("unit", as: String.self))"
    return .warn(
      "guards", "\(name) holds: \(try first.get("description", as: String.self)) is \(value)",
      "select * from sluice.guards where name = '\(name)'; says more.")
  }

  /// A guard that cannot be read, and so holds nothing back.
  private func lookAtUnreadGuards() async throws -> Finding? {
    let unread = try await connection.query(
      "select detail, advice from sluice.stuck where problem = 'guard_unread' order by detail",
      deadline: .now + .seconds(10))
    guard let first = unread.first else { return nil }
    return .warn(
      "guards", try first.get("detail", as: String.self), try first.get("advice", as: String.self))
  }

  /// Which guards measure nothing, because the schema's owner, whose rights they have, may not see other sessions.
  private func lookAtBlindGuards() async throws -> Finding? {
    let row = try await row(
      """
      select pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(n.nspowner)) as owner,
        (select pg_catalog.string_agg(distinct g.name, ' and ') from sluice.guards g
          where g.enabled and g.name in ('oldest_transaction', 'replication_lag')
            and not pg_catalog.pg_has_role(n.nspowner, 'pg_read_all_stats', 'usage')) as blind
      from pg_catalog.pg_namespace n where n.nspname = 'sluice'
      """)
    guard let blind = try row.get("blind", as: String?.self) else { return nil }
    return .warn(
      "guards", "none holds work back, but \(blind) cannot measure what other roles do",
      "The schema's owner may not see it. As a superuser: grant pg_monitor to \(try row.get("owner", as: String.self));"
    )
  }

  private func lookAtCaptures() async throws -> Finding {
    let row = try await row(
      """
      select count(*) as count, string_agg(distinct target::text, ', ') as tables,
        string_agg(distinct target::text, ', ') filter (where enabled = 'off') as off,
        string_agg(distinct target::text, ', ') filter (where not is_intact) as altered
      from sluice.captures
      """)
    if let off = try row.get("off", as: String?.self) {
      return .warn(
        "captures", "disabled on \(off): what is written there is not converted",
        "A migration that runs installs its trigger again, before it verifies.")
    }
    if let altered = try row.get("altered", as: String?.self) {
      return .warn(
        "captures", "altered since it was installed on \(altered): what was written since may not be converted",
        "A migration that runs installs its trigger again, before it verifies; cleanup of a finished one verifies it.")
    }
    guard let tables = try row.get("tables", as: String?.self) else { return .ok("captures", "no trigger is in place") }
    return .ok("captures", "\(try row.get("count", as: Int.self)) convert what is written to \(tables)")
  }

  /// What takes in the objects of Sluice together with all others of the database.
  private func lookAtNeighbors() async throws -> Finding {
    let effects = try await connection.query(
      "select message, hint, is_harmful from sluice.side_effects() order by is_harmful desc, kind, name",
      deadline: .now + .seconds(10))
    guard let first = effects.first else { return .ok("neighbors", "nothing takes in what Sluice creates") }
    let others = effects.count > 1 ? "; and \(effects.count - 1) more" : ""
    let message = "\(try first.get("message", as: String.self))\(others)"
    let advice =
      try first.get("hint", as: String.self) + (others.isEmpty ? "" : " All: select * from sluice.side_effects();")
    return try first.get("is_harmful", as: Bool.self)
      ? .fail("neighbors", message, advice) : .warn("neighbors", message, advice)
  }

  private func lookAtVacuum() async throws -> Finding {
    let work = try await row(
      """
      select (select vacuum_share operator(pg_catalog.>) 0 from sluice.policy) as used,
        (select count(*) from sluice.progress where owner = session_user and state not in ('finished', 'cancelled')) as own
      """)
    guard try work.get("used", as: Bool.self) else {
      return .ok("vacuum", "left to autovacuum: vacuum_share is 0")
    }
    // only who may define migrations may ask what comes next
    guard try work.get("own", as: Int.self) > 0 else {
      return .ok("vacuum", "\"\(server.role)\" owns no migration that is to run")
    }
    let refused = try await row(
      """
      select count(*) as count, min(r.relation::text) as first
      from (
        select distinct l.relation
        from sluice.progress p
        cross join lateral sluice_internal.leaf_relations(pg_catalog.to_regclass(p.target)) as l
        where p.owner = session_user and p.state not in ('finished', 'cancelled')) as r
      where not sluice_internal.may_vacuum(r.relation, session_user)
      """)
    guard let first = try refused.get("first", as: String?.self) else {
      return .ok("vacuum", "\"\(server.role)\" may vacuum what its migrations change")
    }
    let others = try refused.get("count", as: Int.self) - 1
    let tables = others == 0 ? first : "\(first) and \(others) more"
    let remedy =
      server.versionNumber >= 170_000
      ? "grant maintain on \(first) to \"\(server.role)\";" : "Make \"\(server.role)\" a member of the table's owner;"
    return .warn(
      "vacuum", "\"\(server.role)\" may not vacuum \(tables): the space of old rows is reused only after autovacuum",
      "\(remedy) or leave it to autovacuum.")
  }

  private func lookAtDriver() async throws -> Finding {
    let row = try await row(
      """
      select (select count(*) from pg_catalog.pg_stat_activity a
          where a.datname = pg_catalog.current_database() and a.application_name like 'sluice%'
            and a.usename in (select owner from sluice.definitions)
            and a.application_name !~ '^sluice (watch|events|doctor|status|client|cleanup)' and a.application_name <> 'sluice') as sessions,
        (select coalesce(sum(p.workers), 0)
          from (select distinct d.owner from sluice.definitions d) as o
          cross join sluice_internal.workers_present(o.owner) as p) as workers,
        (select count(*) from sluice.progress where state in ('scheduled', 'running', 'verifying')) as due,
        (select string_agg(distinct owner::text, ', ') from sluice.progress where state in ('scheduled', 'running', 'verifying')) as owners
      """)
    let (sessions, due) = (try row.get("sessions", as: Int.self), try row.get("due", as: Int.self))
    let workers = try row.get("workers", as: Int.self)
    let message =
      "\(Amount.counted(workers, "worker")), \(Amount.counted(sessions, "session")) of drivers, "
      + "\(Amount.counted(due, "migration")) to run"
    if due > 0, sessions == 0 {
      let owners = try row.get("owners", as: String?.self) ?? "their owner"
      return .fail("driver", message, "Nothing goes on without one: sluice run, logged in as \(owners).")
    }
    return .ok("driver", message)
  }

  /// Problems with which nothing goes on before a person has done something.
  private static let grave: Set<String> = [
    "failed", "range_failed", "paused", "not_adopted", "owner_gone", "owner_cannot_log_in", "owner_not_author",
  ]

  /// One finding for each migration that needs a person, or one that all is well.
  func migrationFindings() async -> [Finding] {
    do {
      let cases = try await client.stuck()
      if cases.isEmpty { return [.ok("migrations", "none needs a person")] }
      return cases.map { item in
        let message = "\(item.name ?? "database"): \(item.problem.replacing("_", with: " ")): \(item.detail ?? "")"
        return Self.grave.contains(item.problem)
          ? .fail("migrations", message, item.advice) : .warn("migrations", message, item.advice)
      }
    } catch {
      return [.unseen("migrations", Failure(error))]
    }
  }
}
