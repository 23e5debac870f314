import Foundation
import Postgres
import SluiceTesting
import SystemC

/// One run of a workload under faults, watched all the time and judged at its end.
struct Trial: Sendable {
  /// Where it runs.
  let database: FaultDatabase
  /// What is told about it meanwhile.
  let timeline: Timeline
  /// Its drivers.
  let fleet: Fleet
  /// Where events are counted.
  let tally: Tally
  /// What the drivers connect through, if anything.
  let pooler: ConnectionPooler?

  /// Runs a workload: schedules it, lets the faults happen, lets it finish without faults, and judges.
  ///
  /// - Parameters:
  ///   - workload: what runs.
  ///   - tally: where violations go.
  ///   - server: where.
  ///   - path: how drivers reach the server, if it is that of the environment.
  ///   - arguments: of each `sluice run`.
  ///   - route: changes how drivers connect, for proxies.
  ///   - faults: starts drivers and breaks things; when it returns, faults are off.
  ///   - afterwards: called when the drivers have ended, before anything that they left is searched for.
  /// - Throws: what the faults throw, and errors of the test's own connections.
  static func run(
    _ workload: Workload, _ tally: Tally, on server: FaultServer = .environment, path: Path = .direct,
    arguments: [String] = [], route: (PostgresConfiguration) throws -> PostgresConfiguration = { $0 },
    faults: (Trial) async throws -> Void, afterwards: () -> Void = {}
  ) async throws {
    guard path == .pooled else {
      return try await run(workload, tally, on: server, nil, arguments, route: route, faults, afterwards)
    }
    try await ConnectionPooler.withPooler(to: server.configuration, as: "author", connections: 3) { pooler in
      try await run(
        workload, tally, on: server, pooler, arguments, route: { try route(pooler.route($0)) }, faults,
        {
          afterwards()
          pooler.end()
        })
    }
  }

  private static func run(
    _ workload: Workload, _ tally: Tally, on server: FaultServer, _ pooler: ConnectionPooler?, _ arguments: [String],
    route: (PostgresConfiguration) throws -> PostgresConfiguration, _ faults: (Trial) async throws -> Void,
    _ afterwards: () -> Void
  ) async throws {
    try await FaultDatabase.with(workload, on: server) { database in
      try await database.schedule()
      let timeline = Timeline(database)
      let fleet = Fleet(try route(database.author), arguments: arguments)
      let trial = Trial(database: database, timeline: timeline, fleet: fleet, tally: tally, pooler: pooler)
      let watching = Task { await timeline.run() }
      defer { watching.cancel() }
      do {
        try await faults(trial)
        try await trial.finish(afterwards)
      } catch {
        await fleet.killAll()
        throw error
      }
    }
  }

  /// Lets the run end with faults off, and judges it.
  private func finish(_ afterwards: () -> Void) async throws {
    try fleet.fill(to: 2)
    let calm = ContinuousClock.now
    do {
      try await waitUntil("it is finished", within: .seconds(300)) { timeline.isFinished }
    } catch {
      tally.violations(["not finished with faults off: \(try await story())"])
    }
    tally.times("finish", [(ContinuousClock.now - calm) / .seconds(1)])
    let codes = await fleet.stopAll()
    // A driver that is told so before it minds signals ends by the signal; one whose very first connection the last fault
    // ended says so.
    if codes.contains(where: { ![0, 128 + SIGTERM, EX_UNAVAILABLE].contains($0) }) {
      tally.violations(["drivers ended with \(codes)"])
    }
    afterwards()
    let checker = Checker(database: database)
    tally.violations(try await checker.residue())
    tally.violations(try await checker.violations())
    tally.violations(timeline.violations)
    tally.run(samples: timeline.samples)
  }

  /// Kills every driver and looks whether anything is left of them.
  func killAll() async throws {
    await fleet.killAll()
    tally.violations(try await Checker(database: database).residue(isPooled: pooler != nil))
  }

  /// Kills a backend of the drivers by SIGKILL, and waits until the server has recovered.
  func crashBackend() async throws {
    let configuration = database.administrator
    timeline.end()
    try await PostgresConnection.withConnection(configuration) { witness in
      try await waitUntil("every session has ended", within: .seconds(300)) {
        if await witness.isClosed { return true }
        // one that ended by itself meanwhile is not there to be killed: then another
        let victims = try? await witness.query(
          """
          select pid from pg_stat_activity
          where datname = current_database() and usename = 'author' order by random() limit 1
          """)
        if let victim = victims?.first { _ = kill(try victim.get(at: 0, as: Int32.self), SIGKILL) }
        return await witness.isClosed
      }
    }
    try await waitUntil("the server has recovered", within: .seconds(300)) {
      (try? await PostgresConnection.withConnection(configuration) { try await $0.query("select 1").count }) == 1
    }
    timeline.begin()
  }

  /// Waits until the drivers have come as far, or the run is finished; one that the server turned away when it began is replaced.
  func work(until isReached: () async throws -> Bool) async throws {
    try await waitUntil("work goes on", within: .seconds(300)) {
      try fleet.fill(to: 2)
      if timeline.isFinished { return true }
      return try await isReached()
    }
  }

  /// Seconds from each moment until every lane that was at work has had a batch again; one that had begun before, which
  /// the backend of a dead driver may still end, is none.
  func takeovers(after moments: [Date]) async throws -> [Double] {
    try await PostgresConnection.withConnection(database.administrator) { connection in
      try await connection.query(
        """
        select extract(epoch from max(l.next) - k.at)::double precision as seconds
        from unnest($1::double precision[]) as e (seconds)
        cross join lateral (select to_timestamp(e.seconds) as at) as k
        cross join lateral (
          select min(b.finished_at) as first, min(b.finished_at) filter (where b.started_at > k.at) as next
          from sluice_internal.batch b
          where b.outcome <> 'failed'
          group by b.lane_id) as l
        where l.first < k.at and l.next is not null
        group by k.at
        """, [.array(moments.map { "\($0.timeIntervalSince1970)" })]
      ).map { try $0.get(at: 0) }
    }
  }

  /// Whether a batch that began after a moment is done.
  func hasBatch(after moment: Date) async throws -> Bool {
    try await PostgresConnection.withConnection(database.administrator) { connection in
      try await connection.query(
        "select exists (select from sluice_internal.batch where outcome = 'done' and started_at > to_timestamp($1))",
        [.double(moment.timeIntervalSince1970)]
      ).single().get(at: 0)
    }
  }

  /// Number of the drivers' connections of a kind, `worker` or `keeper`, that have been made; those in a batch are workers.
  func sessions(_ kind: String) async throws -> Int {
    try await PostgresConnection.withConnection(database.administrator) { connection in
      try await connection.query(
        """
        select count(*) from pg_stat_activity a
        where a.datname = current_database() and a.usename = 'author'
          and (a.application_name = 'sluice ' || $1 or ($1 = 'worker' and a.application_name like 'sluice % lane %'))
        """, [.text(kind)]
      ).single().get(at: 0)
    }
  }

  /// Number of batches so far.
  func batches() async throws -> Int {
    try await number("select count(*) from sluice_internal.batch where outcome = 'done'")
  }

  /// One number that a query gives the superuser.
  func number(_ sql: String) async throws -> Int {
    try await PostgresConnection.withConnection(database.administrator) { connection in
      try await connection.query(sql).single().get(at: 0)
    }
  }

  /// Where the migration stands, for the report of a failure.
  private func story() async throws -> String {
    try await PostgresConnection.withConnection(database.administrator) { connection in
      let row = try await connection.query(
        """
        select format('%s, waits for %s, %s %%; lanes %s', p.state, p.waiting_for, p.percent,
          (select string_agg(format('%s %s %s attempts %s due %s %s', l.lane_id, l.act, l.state, l.attempts, l.due_at,
            l.error_message), '; ') from sluice_internal.lane l where l.state <> 'done'))
        from sluice.progress p
        """
      ).first
      return try row?.get(at: 0) ?? "there is no migration"
    }
  }
}
