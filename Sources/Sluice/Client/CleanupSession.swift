internal import Postgres

/// The calls of a cleanup, on a connection that nobody else uses.
struct CleanupSession {
  /// Migration.
  let name: String
  /// When it must be done; nil for no limit.
  let end: ContinuousClock.Instant?
  /// Connection.
  let connection: PostgresConnection
  /// How to open another, which writes down what ended this one.
  let configuration: PostgresConfiguration

  /// How long a call may take that only reads or writes Sluice's own tables.
  private static let callTime: Duration = .seconds(60)
  /// Pause before a lock is asked for again.
  private static let lockPause: Duration = .milliseconds(250)

  /// Calls the procedure; where it meets a statement that cannot run inside a transaction, executes that.
  ///
  /// - Returns: whether the cleanup is complete; if not, this is to be called again.
  nonisolated func proceed() async throws -> Bool {
    let rest = end.map { max(ContinuousClock.now.duration(to: $0), .milliseconds(1)) }
    do {
      try await connection.query(
        "call sluice.cleanup($1, $2::interval)", [.text(name), rest.map { .interval($0) } ?? .null],
        deadline: end.map { $0 + .seconds(60) })
      return true
    } catch let error as PostgresError where error.sqlState == "SL023" {
      try await executeOutside()
      return false
    } catch let error as PostgresError where error.code == .connectionLost {
      await rememberElsewhere(error)
      throw error
    }
  }

  /// Executes the next statement of `on_finish` outside of a transaction, or what must be done before it after a crash.
  private nonisolated func executeOutside() async throws {
    let failpoint = try await armedFailpoint()
    let found = try await connection.query(
      """
      select r.*, r.settings::text as settings_text, pg_catalog.current_setting('search_path') as own_path
      from sluice.resume_on_finish($1) as r
      """, [.text(name)],
      deadline: .now + Self.callTime)
    guard let next = found.first, let statement = try next.get("statement", as: String?.self) else { return }
    let position = try next.get("position", as: Int.self)
    let completes = try next.get("completes", as: Bool.self)
    try await connection.query(
      "select pg_catalog.set_config('lock_timeout', $1, false), pg_catalog.set_config('search_path', $2, false)",
      [.text("\(try next.get("lock_timeout_ms", as: Int.self))"), .text(try next.get("search_path", as: String.self))],
      deadline: .now + Self.callTime)
    try await connection.query(
      "select pg_catalog.set_config(s.key, s.value, false) from pg_catalog.jsonb_each_text($1::jsonb) as s",
      [.text(try next.get("settings_text", as: String.self))], deadline: .now + Self.callTime)
    failpoint?.reach(.beforeOnFinish)
    do {
      try await connection.query(statement, deadline: end)
    } catch let error as PostgresError where error.sqlState == "55P03" {
      try await remember(error)
      try await Task.sleep(for: Self.lockPause)
      return
    } catch let error as PostgresError where error.code == .server {
      try await remember(error)
      throw try await explained(error, position)
    } catch let error as PostgresError where error.code == .connectionLost {
      await rememberElsewhere(error)
      throw error
    }
    failpoint?.reach(.afterOnFinish)
    try await connection.query("reset lock_timeout", deadline: .now + Self.callTime)
    try await connection.query(
      """
      select pg_catalog.set_config('search_path', $1, false)
      union all
      select pg_catalog.set_config(p.name, p.reset_val, false) from pg_catalog.pg_settings p
      where p.name in (select m.name from sluice.meaning_settings() as m)
      """, [.text(try next.get("own_path", as: String.self))], deadline: .now + Self.callTime)
    if completes {
      try await connection.query(
        "select sluice_internal.complete_on_finish($1, $2)", [.text(name), .integer(position)],
        deadline: .now + Self.callTime)
    }
  }

  /// Writes down why the statement failed, for `sluice.stuck` and `sluice.events`.
  private nonisolated func remember(_ error: PostgresError, on other: PostgresConnection? = nil) async throws {
    let facts = [error.sqlState ?? "08006", error.message, error.detail, error.hint, error.context]
    try await (other ?? connection).query(
      "select sluice_internal.fail_cleanup($1, $2, $3, $4, $5, $6)",
      [.text(name)] + facts.map { $0.map { .text($0) } ?? .null },
      deadline: .now + Self.callTime)
  }

  /// Writes down on another connection what ended this one.
  ///
  /// The caller learns of it in any case, so a server that cannot be reached now is no further error.
  private nonisolated func rememberElsewhere(_ error: PostgresError) async {
    try? await PostgresConnection.withPinnedConnection(configuration) { other in
      try await other.query("select pg_catalog.set_config('lock_timeout', '5s', false)", deadline: .now + Self.callTime)
      try await remember(error, on: other)
    }
  }

  /// The server's error with the statement that it is about, and for a unique index with the way to its duplicates.
  private nonisolated func explained(_ error: PostgresError, _ position: Int) async throws -> PostgresError {
    var error = error
    error.message = "statement \(position) of on_finish: \(error.message)"
    let query = try await connection.query(
      "select sluice_internal.find_duplicates_query($1)", [.text(name)], deadline: .now + Self.callTime
    ).single().get(at: 0, as: String?.self)
    if error.sqlState == "23505", let query {
      error.hint =
        "Mend these rows, and clean up again: the invalid index is dropped then, and built anew. To list all: \(query)"
    } else if error.hint == nil {
      error.hint = "The migration is finished; mend the cause, and clean up again: it goes on with this statement."
    }
    return error
  }

  private nonisolated func armedFailpoint() async throws -> Failpoint? {
    guard let failpoint = Failpoint.fromEnvironment() else { return nil }
    return try await Failpoint.isAllowed(on: connection) ? failpoint : nil
  }
}
