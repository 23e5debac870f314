import Foundation
import Postgres
import SluiceTesting
import Testing

extension FaultTests {
  /// Notifications that are hostile, too many, or lost.
  @Suite("A notification", .timeLimit(.minutes(20)))
  struct NotificationTests {
    @Test("storm with hostile payloads, and a listening connection that is killed again and again, stop no work")
    func storm() async throws {
      #expect(try await Baseline.violations().isEmpty)
      let tally = Tally("NOTIFY storm, LISTEN killed")
      var random = FaultRandom("storm")
      while tally.events < FaultScale.of(8) {
        let workload = Workload.random(rows: 20_000, &random)
        try await Trial.run(workload, tally) { trial in
          try trial.fleet.fill(to: 2)
          try await withThrowingTaskGroup { group in
            group.addTask { try await shout(trial) }
            try await PostgresConnection.withConnection(trial.database.administrator) { connection in
              while !trial.timeline.isFinished, tally.events < FaultScale.of(8) {
                let killed = try await connection.query(Self.killListeners).map { try $0.get(at: 0, as: Int.self) }
                let begun = ContinuousClock.now
                let former = "{\(killed.map(String.init).joined(separator: ","))}"
                try await waitUntil("all drivers listen again", within: .seconds(60)) {
                  if trial.timeline.isFinished { return true }
                  return try await connection.query(Self.listeners + " and pid <> all ($1::integer[])", [.text(former)])
                    .count == 2
                }
                if trial.timeline.isFinished { break }
                tally.event("listeners killed", killed.count)
                tally.times("listens again", [(ContinuousClock.now - begun) / .seconds(1)])
                try await pass(10...60, &random)
              }
            }
            group.cancelAll()
          }
        }
      }
      tally.report()
    }

    @Test("storm makes an idle worker look for work no more than about twenty times a second")
    func boundedWork() async throws {
      let tally = Tally("NOTIFY storm, idle drivers")
      try await Trial.run(Workload(rows: 500), tally) { trial in
        try await trial.database.run(
          "alter database \(trial.database.database.name) set track_functions = 'all'; update sluice.schedule set active = false"
        )
        try trial.fleet.fill(to: 2)
        try await waitUntil("the drivers are connected") { try await trial.sessions("keeper") == 2 }
        let claims = "select coalesce(sum(calls), 0) from pg_stat_user_functions where funcname = 'claim'"
        try await waitUntil("the first claims are counted") { try await trial.number(claims) > 0 }
        let before = try await trial.number(claims)
        let start = ContinuousClock.now
        try await withThrowingTaskGroup { group in
          group.addTask { try await shout(trial) }
          var random = FaultRandom("idle")
          try await pass(3_000...3_000, &random)
          group.cancelAll()
        }
        let seconds = Double((ContinuousClock.now - start) / .seconds(1))
        let rate = Double(try await trial.number(claims) - before) / seconds / 4
        tally.event("storm of 3 seconds")
        tally.note("\(Int(rate)) claims a second and worker")
        // 20 a second while deaf for 50 ms after each; the first ones of an idle worker come faster.
        if rate > 30 { tally.violations(["\(rate) claims a second and worker under a storm of notifications"]) }
        try await trial.database.run("update sluice.schedule set active = true")
      }
      tally.report()
    }

    @Test("that is lost costs an idle driver no more than the time between two looks", arguments: [false, true])
    func lost(isHeard: Bool) async throws {
      let tally = Tally(isHeard ? "resumed, LISTEN killed before" : "resumed, every NOTIFY lost")
      let workload = Workload(rows: 15_000, workers: 1, isImmediate: false)
      try await Trial.run(workload, tally, arguments: isHeard ? [] : ["--no-listen"]) { trial in
        try await trial.database.run("update sluice.policy set poll_interval = '2 seconds'")
        try trial.fleet.start(workers: 1)
        try await waitUntil("it runs") { try await trial.batches() > 0 }
        try await PostgresConnection.withConnection(trial.database.administrator) { connection in
          for _ in 0..<FaultScale.of(isHeard ? 8 : 2) {
            try await connection.query("update sluice.schedule set active = false")
            if isHeard {
              try await connection.query(Self.killListeners)
              try await waitUntil("the driver listens again") { try await connection.query(Self.listeners).count == 1 }
            }
            try await waitUntil("the worker is idle") { try await connection.query(Self.busyWorkers).isEmpty }
            let moment = try await connection.query(
              "update sluice.schedule set active = true returning extract(epoch from clock_timestamp())::double precision"
            ).single().get(at: 0, as: Double.self)
            var begun: Double?
            try await waitUntil("work goes on", within: .seconds(10)) {
              begun = try await connection.query(
                "select extract(epoch from min(started_at))::double precision from sluice_internal.batch where started_at > to_timestamp($1)",
                [.double(moment)]
              ).single().get(at: 0)
              return begun != nil
            }
            tally.event("resumed")
            tally.times("pickup", [begun ?? .infinity].map { $0 - moment })
          }
          try await connection.query("update sluice.schedule set immediately = true")
        }
      }
      // Who does not listen again needs a second at the median.
      tally.limit("pickup", to: isHeard ? 0.3 : 2.5, slack: isHeard ? 0 : slack, isMedian: isHeard)
      tally.report()
    }

    /// Sends what a driver might stumble over, until the task is cancelled.
    private func shout(_ trial: Trial) async throws {
      try await PostgresConnection.withConnection(trial.database.author) { connection in
        while !Task.isCancelled {
          _ = try? await connection.script(Self.hostile, deadline: .now + .seconds(10))
        }
      }
    }

    private static let hostile = """
      select pg_notify('sluice', payload || n)
      from generate_series(1, 40) as n
      cross join (values (''), ('increment'), ('; drop schema sluice cascade; --'), (repeat('x', 7900)), (E'\\n\\r\\t\\x01'),
        ('{"a":'), ('naïve ☃ '), ('%s%n$1')) as p (payload);
      select pg_notify('other', 'increment');
      """
    private static let killListeners = """
      select pid, pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'sluice keeper'
      """
    private static let listeners = """
      select from pg_stat_activity
      where datname = current_database() and application_name = 'sluice keeper' and state = 'idle'
        and (query like '%keep_house%' or query like '%sluice.events%')
      """
    private static let busyWorkers = """
      select from pg_stat_activity
      where datname = current_database() and usename = 'author'
        and (application_name like 'sluice % lane %'
          or application_name = 'sluice worker' and state_change > clock_timestamp() - interval '100 milliseconds')
      """
  }
}
