public import Postgres

extension SchemaInstaller {
  /// Installs the schema, or upgrades an older one, in one transaction; the connection must not be in one.
  ///
  /// An upgrade waits for the batches in hand, then changes the structure, then replaces all code; migrations go on
  /// from their cursors. Others that want to install meanwhile wait and then find nothing to do.
  ///
  /// - Throws: `SluiceError`: `schemaNewer` when the installed schema is newer, `schemaIsExtension` when an older one was
  ///   installed by CREATE EXTENSION, `schemaForeign`, or what the server says, with the file that it refused.
  @discardableResult public func install(on connection: PostgresConnection) async throws -> SchemaChange {
    try await exclusively(on: connection) {
      switch try await status(on: connection) {
      case .current: return .none
      case .newer(let found, let expected): throw SluiceError.schemaNewer(found: found, expected: expected)
      case .absent:
        for file in source.files { try await run(file.sql, of: file.path, on: connection) }
        return .installed(source.version)
      case .older(let found, _):
        try await upgrade(from: found, on: connection)
        return .upgraded(from: found, to: source.version)
      }
    }
  }

  /// Removes the schema with everything in it: definitions, history, compiled functions, capture triggers.
  ///
  /// - Parameters:
  ///   - connection: where; it must not be in a transaction.
  ///   - force: also while migrations are scheduled or run.
  /// - Returns: whether there was one.
  /// - Throws: `SluiceError`: `migrationsRunning`, also where a capture trigger is left that this role may not remove,
  ///   `schemaIsExtension`, `schemaForeign`, or what the server says.
  @discardableResult public func uninstall(
    on connection: PostgresConnection, force: Bool = false
  ) async throws -> Bool {
    let isThere = try await exclusively(on: connection) {
      if case .absent = try await status(on: connection) { return false }
      if try await isExtension(on: connection) { throw SluiceError.schemaIsExtension("drop extension sluice cascade") }
      try await connection.query("lock table sluice_internal.migration in access exclusive mode")
      let running = try await connection.query(
        "select m.name from sluice_internal.migration m where m.state in ('scheduled', 'running', 'verifying') order by m.name"
      )
      if !running.isEmpty, !force {
        throw SluiceError.migrationsRunning(try running.map { try $0.get(at: 0, as: String.self) })
      }
      try await refuseCaptures(on: connection)
      return true
    }
    if isThere { try await remove(on: connection, force: force) }
    return isThere
  }

  /// Refuses to go on while a capture trigger is left that this role may not remove: nothing would tell of it once the
  /// schema is gone.
  private func refuseCaptures(on connection: PostgresConnection) async throws {
    let captures = try await connection.query(
      """
      select distinct c.function::text, c.name, coalesce(c.state = 'finished', false) as is_finished, c.owner::text,
        c.target::text
      from sluice.captures c
      where c.name is not null and not pg_catalog.pg_has_role(c.owner, 'usage')
      order by 1
      """)
    if let capture = captures.first {
      throw SluiceError.capturesLeft(
        of: try capture.get("name"), isFinished: try capture.get("is_finished"), on: try capture.get("target"),
        function: try capture.get("function"), owner: try capture.get("owner"))
    }
  }

  /// Calls the procedure that removes everything in transactions of its own, which do not grow with the number of tables.
  private func remove(on connection: PostgresConnection, force: Bool) async throws {
    try await patiently(on: connection) {
      let before = try await liftTimeLimits(on: connection, isLocal: false)
      try await connection.script("set lock_timeout to '3s'")
      do {
        try await connection.query("call sluice.uninstall(force => $1)", [.bool(force)])
      } catch {
        _ = try? await restore(before, on: connection)
        throw error
      }
      try await restore(before, on: connection)
    }
  }

  /// Lifts limits in time that the role has for other work than this; a version of PostgreSQL may lack some of them.
  ///
  /// - Returns: what they were, and the limit of locks.
  private func liftTimeLimits(on connection: PostgresConnection, isLocal: Bool) async throws -> PostgresResult {
    let before = try await connection.query(
      """
      select s.name, pg_catalog.current_setting(s.name) as value
      from pg_catalog.pg_settings s
      where s.name in ('statement_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout', 'lock_timeout')
      """)
    try await connection.query(
      """
      select pg_catalog.set_config(s.name, '0', $1) from pg_catalog.pg_settings s
      where s.name in ('statement_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout')
      """, [.bool(isLocal)])
    return before
  }

  private func restore(_ settings: PostgresResult, on connection: PostgresConnection) async throws {
    for setting in settings {
      try await connection.query(
        "select pg_catalog.set_config($1, $2, false)", [.text(setting.get("name")), .text(setting.get("value"))])
    }
  }

  /// Runs the body in a transaction that no other installer runs beside, again and again while locks cannot be obtained.
  private func exclusively<Value: Sendable>(
    on connection: PostgresConnection, _ body: () async throws -> Value
  ) async throws -> Value {
    try await patiently(on: connection) {
      try await connection.withTransaction("begin isolation level read committed") { connection in
        try await connection.script("set local search_path to pg_catalog, pg_temp; set local lock_timeout to '3s'")
        _ = try await liftTimeLimits(on: connection, isLocal: true)
        try await connection.query("select pg_catalog.pg_advisory_xact_lock(\(Self.lockKey))")
        return try await body()
      }
    }
  }

  /// Runs the body again and again, for a minute, while locks cannot be obtained.
  private func patiently<Value: Sendable>(
    on connection: PostgresConnection, _ body: () async throws -> Value
  ) async throws -> Value {
    let patience = ContinuousClock.now + .seconds(60)
    while true {
      do {
        return try await body()
      } catch let error as PostgresError where error.isLockFailure && ContinuousClock.now < patience {
        try await Task.sleep(for: .milliseconds(Int.random(in: 200...1000)))
      } catch let error as SluiceError where error.underlying?.isLockFailure == true && ContinuousClock.now < patience {
        try await Task.sleep(for: .milliseconds(Int.random(in: 200...1000)))
      } catch let error as PostgresError {
        throw await telling(SluiceError(error), on: connection)
      } catch let error as SluiceError {
        throw await telling(error, on: connection)
      }
    }
  }

  /// The error; where a lock could not be obtained, with the sessions that hold locks on the schema, or that of the installer, which
  /// any session can: a transaction that only looked at a view and stays open is enough.
  private func telling(_ error: SluiceError, on connection: PostgresConnection) async -> SluiceError {
    guard error.underlying?.isLockFailure == true else { return error }
    let holders = try? await connection.query(
      """
      select pg_catalog.string_agg(distinct pg_catalog.format('pid %s of "%s"', a.pid, a.usename), ', ')
      from pg_catalog.pg_locks k
      join pg_catalog.pg_stat_activity a on a.pid operator(pg_catalog.=) k.pid
      where k.granted and k.pid operator(pg_catalog.<>) pg_catalog.pg_backend_pid()
        and a.datname operator(pg_catalog.=) pg_catalog.current_database()
        and (k.relation in (
            select c.oid from pg_catalog.pg_class c where c.relnamespace operator(pg_catalog.=)
                any (array[pg_catalog.to_regnamespace('sluice'), pg_catalog.to_regnamespace('sluice_internal')]))
          or k.locktype operator(pg_catalog.=) 'advisory' and k.objsubid operator(pg_catalog.=) 1::smallint
            and k.classid::bigint operator(pg_catalog.=) \(Self.lockKey >> 32)::bigint
            and k.objid::bigint operator(pg_catalog.=) \(Self.lockKey & 0xFFFF_FFFF)::bigint)
      """)
    guard let names = try? holders?.single().get(at: 0, as: String?.self) else { return error }
    var told = error
    told.detail = "Sessions that hold such locks: \(names)."
    told.hint = "Wait until their transactions end, or end them, and try again."
    return told
  }

  private func upgrade(from found: SchemaVersion, on connection: PostgresConnection) async throws {
    if try await isExtension(on: connection) { throw SluiceError.schemaIsExtension("alter extension sluice update") }
    try await actAsOwner(on: connection)
    // Every batch has touched this table before all others: once it is locked, none is in hand and none can begin.
    try await connection.query("lock table sluice_internal.migration in access exclusive mode")
    for upgrade in source.upgrades(after: found) {
      try await run(upgrade.sql, of: "upgrades/\(upgrade.from)--\(upgrade.to).sql", on: connection)
    }
    for file in source.files where !file.isStructure { try await run(file.sql, of: file.path, on: connection) }
    try await connection.query(
      "update sluice_internal.installation set version = $1, upgraded_at = clock_timestamp()",
      [.text(source.version.description)])
    try await connection.query(
      "select sluice_internal.record_event(null, 'upgraded', $1)",
      [.text("upgraded from \(found) to \(source.version)")])
  }

  /// Lets the schema's owner own what is created, when a role upgrades that may act as the owner.
  private func actAsOwner(on connection: PostgresConnection) async throws {
    try await connection.query(
      """
      select pg_catalog.set_config('role', r.rolname, true)
      from pg_catalog.pg_namespace n
      join pg_catalog.pg_roles r on r.oid = n.nspowner
      where n.nspname = 'sluice' and r.rolname <> current_user
      """)
  }

  private func isExtension(on connection: PostgresConnection) async throws -> Bool {
    try await !connection.query("select from pg_catalog.pg_extension e where e.extname = 'sluice'").isEmpty
  }

  private func run(_ sql: String, of path: String, on connection: PostgresConnection) async throws {
    do {
      try await connection.script(sql)
    } catch let error as PostgresError {
      var refused = SluiceError(error)
      refused.message = "sql/\(path): \(error.message)"
      throw refused
    }
  }

  /// Key of the advisory lock, the same for all versions: `sluice` in ASCII.
  private static let lockKey = 0x736c_7569_6365
}

extension PostgresError {
  /// Whether the same again may get its locks: lock timeout, or victim of a deadlock.
  fileprivate var isLockFailure: Bool { sqlState == "55P03" || sqlState == "40P01" }
}
