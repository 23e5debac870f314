import Postgres
import SluiceTesting
import Synchronization

/// Looks at a running migration all the time: whether what is told is true, and goes forward only.
final class Timeline: Sendable {
  private struct State {
    var percent = 0.0
    var estimated = 0
    var done = 0
    var era = 0
    var isOver = false
    var samples = 0
    var violations: Set<String> = []
    var latest = "defined"
  }

  private let database: FaultDatabase
  private let state = Mutex(State())

  /// Timeline of a trial.
  init(_ database: FaultDatabase) {
    self.database = database
  }

  /// Looks until the task is cancelled; a server that is away is asked again.
  func run() async {
    while !Task.isCancelled {
      try? await PostgresConnection.withConnection(database.administrator) { connection in
        while !Task.isCancelled {
          try await look(connection)
          try await Task.sleep(for: .milliseconds(20))
        }
      }
      try? await Task.sleep(for: .milliseconds(20))
    }
  }

  /// Takes no notice until it begins anew, while the last commits may be lost in a crash.
  func end() {
    state.withLock { state in
      state.era += 1
      state.isOver = true
    }
  }

  /// Begins anew, after a crash.
  func begin() {
    state.withLock { state in
      state.era += 1
      state.isOver = false
      state.percent = 0
      state.estimated = 0
      state.done = 0
    }
  }

  /// How often it has looked.
  var samples: Int { state.withLock(\.samples) }
  /// What it has seen that must not be.
  var violations: [String] { state.withLock { $0.violations.sorted() } }
  /// State of the migration when it last looked.
  var latest: String { state.withLock(\.latest) }
  /// Whether the migration was finished when it last looked.
  var isFinished: Bool { latest == "finished" }

  private func look(_ connection: PostgresConnection) async throws {
    let era = state.withLock(\.era)
    let results = try await connection.pipeline(
      ["begin isolation level repeatable read read only", Self.sample, "commit"], deadline: .now + .seconds(10))
    guard let row = results[1].first else { return }
    let percent = try row.get("percent", as: Double.self)
    let estimated = try row.get("estimated", as: Int.self)
    let done = try row.get("done", as: Int.self)
    let told = try row.get("told", as: Int.self)
    let counted = try row.get("counted", as: Int.self)
    let changes = try row.get("changes", as: Int.self)
    let newState = try row.get("state", as: String.self)
    let wrong = try row.get("wrong", as: Int?.self)
    let idle = try row.get("idle", as: Int.self)
    state.withLock { state in
      guard state.era == era, !state.isOver else { return }
      state.samples += 1
      // It is a share of an estimate, and falls where more rows are found.
      if percent < state.percent, estimated <= state.estimated {
        state.violations.insert("progress fell from \(state.percent) to \(percent) % of \(estimated) rows")
      }
      if told != changes { state.violations.insert("progress tells \(told) of \(changes) changes") }
      if counted != changes { state.violations.insert("lanes count \(counted) of \(changes) changes") }
      if let wrong, wrong > 0 { state.violations.insert("finished with \(wrong) wrong rows") }
      if idle > 0 { state.violations.insert("a transaction of a driver was idle for more than 12 seconds") }
      if done < state.done { state.violations.insert("rows done fell from \(state.done) to \(done)") }
      state.percent = percent
      state.estimated = estimated
      state.done = done
      state.latest = newState
    }
  }

  private static let sample = PostgresStatement(
    """
    select p.state, p.percent::double precision as percent, p.rows_changed as told,
      (select coalesce(sum(l.rows_changed), 0) from sluice_internal.lane l) + coalesce(m.rows_changed, 0) as counted,
      p.rows_done as done,
      (select coalesce(sum(case when l.state = 'done' then l.rows_visited else greatest(l.rows_estimated, l.rows_visited) end), 0)::bigint
        from sluice_internal.lane l where l.act = 'change' and l.pass = 0) as estimated,
      (select count(*) from ledger) as changes,
      case when m.state = 'finished' then (\(Checker.wrongRows)) end as wrong,
      (select count(*) from pg_stat_activity a
      where a.datname = current_database() and a.usename = 'author' and a.state like 'idle in transaction%'
        and a.state_change < clock_timestamp() - interval '12 seconds') as idle
    from sluice.progress p
    join sluice_internal.migration m on m.name = p.name
    """)
}
