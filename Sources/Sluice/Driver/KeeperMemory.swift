internal import Logging
internal import Postgres
internal import Synchronization

/// What a keeper remembers from one connection to the next.
final class KeeperMemory: Sendable {
  /// What is remembered.
  struct Contents {
    /// Scheduled migrations that were seen so far, or that the caller had scheduled.
    var known: Set<String> = []
    /// What became of those that had ended at the last look.
    var outcomes: [String: MigrationOutcome] = [:]
    /// Migrations whose schedule was set to run immediately.
    var hurried: Set<String> = []
    /// Event after which there is news.
    var lastEvent = 0
    /// Events behind it that were told already.
    var told: Set<Int> = []
    /// Whether it was said that only other roles have something scheduled.
    var hasWarned = false
    /// Whether it was said that the database is a copy.
    var hasWarnedOfCopy = false
    /// Whether the database took no writes at the last look.
    var takesNoWrites = false
  }

  private let contents = Mutex(Contents())

  /// Reads or changes it.
  func with<Value>(_ body: (inout Contents) -> sending Value) -> sending Value { contents.withLock { body(&$0) } }

  /// What became of each migration that was seen; of those that have not ended, that they were interrupted.
  var interrupted: [String: MigrationOutcome] {
    with { contents in
      let names = contents.known.map { ($0, contents.outcomes[$0] ?? MigrationOutcome(.interrupted)) }
      return Dictionary(names) { first, _ in first }
    }
  }

  /// Events that were not told before, of those behind `lastEvent`; remembers them.
  ///
  /// Numbers are given before transactions end, so that one may come up behind higher ones: those of the last hundred are
  /// looked at again.
  func news(of changes: [StateChange]) -> [StateChange] {
    with { contents in
      let news = changes.filter { contents.told.insert($0.eventID).inserted }
      let newest = contents.told.max() ?? contents.lastEvent
      contents.lastEvent = max(contents.lastEvent, newest - 100)
      contents.told = contents.told.filter { [last = contents.lastEvent] in $0 > last }
      return news
    }
  }

  /// Takes the first look, before any batch is run: what is scheduled now counts, however soon it is finished.
  ///
  /// - Parameters:
  ///   - scheduled: names that count although they may have ended meanwhile.
  ///   - isUntilIdle: whether it matters what is scheduled now.
  ///   - options: which migrations matter.
  ///   - connection: where to look.
  ///   - deadline: when the server must have answered.
  /// - Throws: `PostgresError`.
  func begin(
    with scheduled: [String], isUntilIdle: Bool, _ options: DriverOptions, on connection: PostgresConnection,
    deadline: ContinuousClock.Instant
  ) async throws {
    let lastEvent: Int = try await connection.query(
      "select coalesce(max(event_id), 0)::bigint from sluice.events", deadline: deadline
    ).single().get(at: 0)
    var survey = IdleSurvey(only: options.only, known: Set(scheduled))
    if isUntilIdle {
      _ = survey.look(at: try await connection.query(OwnedMigration.query, deadline: deadline).decoded())
    }
    with {
      $0.lastEvent = lastEvent
      $0.known = survey.known
      $0.outcomes = survey.outcomes
    }
  }

  /// Warns, once, when nothing is scheduled but what belongs to other roles.
  func warn(_ logger: Logger, on connection: PostgresConnection, deadline: ContinuousClock.Instant) async throws {
    if with({ $0.hasWarned }) { return }
    let others: [ForeignMigration] = try await connection.query(ForeignMigration.query, deadline: deadline).decoded()
    if others.isEmpty { return }
    with { $0.hasWarned = true }
    logger.warning("\(ForeignMigration.remark(on: others))")
  }

  /// Warns, once, when the database is a copy that nobody adopted, where nothing runs.
  func warnOfCopy(_ logger: Logger, on connection: PostgresConnection, deadline: ContinuousClock.Instant) async throws {
    let row = try await connection.query(
      """
      select sluice.is_adopted() as is_adopted, current_database() as database,
        pg_catalog.pg_get_userbyid(n.nspowner) as owner
      from pg_catalog.pg_namespace n where n.nspname = 'sluice'
      """, deadline: deadline
    ).single()
    let isNew =
      try !row.get("is_adopted", as: Bool.self)
      && with { contents in
        defer { contents.hasWarnedOfCopy = true }
        return !contents.hasWarnedOfCopy
      }
    if !isNew { return }
    let (database, owner) = (try row.get("database", as: String.self), try row.get("owner", as: String.self))
    logger.warning(
      "database \(database) is a copy, in which nothing runs",
      metadata: ["sluice.hint": "If it is to run migrations, as \"\(owner)\": select sluice.adopt();"])
  }

  /// Says when the database takes no writes any more, and when it does again.
  ///
  /// - Returns: whether it takes none now.
  func noteWrites(
    _ logger: Logger, on connection: PostgresConnection, deadline: ContinuousClock.Instant
  ) async throws -> Bool {
    let row = try await connection.query(
      "select current_setting('transaction_read_only')::boolean as is_read_only, pg_is_in_recovery() as is_standby",
      deadline: deadline
    ).single()
    let takesNone: Bool = try row.get("is_read_only")
    let didTakeNone = with { contents in
      defer { contents.takesNoWrites = takesNone }
      return contents.takesNoWrites
    }
    if takesNone, !didTakeNone {
      let isStandby: Bool = try row.get("is_standby")
      logger.warning(
        "the database takes no writes, so nothing runs",
        metadata: [
          "sluice.reason": isStandby ? "it is a standby" : "default_transaction_read_only is on, which the driver obeys"
        ])
    } else if didTakeNone, !takesNone {
      logger.notice("the database takes writes again")
    }
    return takesNone
  }
}
