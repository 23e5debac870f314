internal import Logging
internal import Postgres
internal import Synchronization

/// What a keeper remembers from one connection to the next.
final class KeeperMemory: Sendable {
  /// What is remembered.
  struct Contents {
    /// Scheduled migrations that were seen so far, or that the caller had scheduled.
    var known: Set<String> = []
    /// Migrations whose schedule was set to run immediately.
    var hurried: Set<String> = []
    /// Event after which there is news.
    var lastEvent = 0
    /// Events behind it that were told already.
    var told: Set<Int> = []
    /// Whether it was said that only other roles have something scheduled.
    var hasWarned = false
  }

  private let contents = Mutex(Contents())

  /// Reads or changes it.
  func with<Value>(_ body: (inout Contents) -> sending Value) -> sending Value { contents.withLock { body(&$0) } }

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
}
