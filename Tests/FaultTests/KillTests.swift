import Foundation
import SluiceTesting
import Testing

extension FaultTests {
  /// Drivers killed by SIGKILL.
  @Suite("A killed driver", .timeLimit(.minutes(20)))
  struct KillTests {
    /// Places where a driver kills itself; the last two are reached only when a batch fails.
    private static let failpoints = [
      "before_claim", "after_claim", "after_run", "before_commit", "after_commit", "before_fail", "after_fail",
    ]

    /// Workers that have looked for work, and rest.
    private static let idleWorkers = """
      select count(*) from pg_stat_activity
      where datname = current_database() and application_name = 'sluice worker' and state = 'idle' and query = 'commit'
        and state_change < clock_timestamp() - interval '100 milliseconds'
      """

    @Test("at each point of a batch is survived by another, which takes over in time", arguments: Path.all)
    func failpoints(_ path: Path) async throws {
      #expect(try await Baseline.violations().isEmpty)
      let tally = Tally(path.name("driver killed at a named point"))
      var random = FaultRandom("failpoints \(path)")
      while tally.events < path.count(42) {
        var workload = Workload.random(rows: 8_000, isImmediate: false, &random)
        workload.trouble = 0.1
        try await Trial.run(workload, tally, path: path) { trial in
          try trial.fleet.start()
          var deaths: [Date] = []
          while !trial.timeline.isFinished, tally.events < path.count(42) {
            let point = Self.failpoints[tally.events % Self.failpoints.count]
            let armed = try trial.fleet.start(failpoint: "\(point):\(Int.random(in: 1...4, using: &random))")
            try await waitUntil("the driver is dead", within: .seconds(300), every: .milliseconds(5)) {
              armed.endedAt != nil || trial.timeline.isFinished
            }
            guard let death = armed.endedAt else {
              // idle now, it would still come to its point some time
              await armed.kill()
              break
            }
            deaths.append(death)
            tally.event(point)
          }
          tally.times("takeover", try await trial.takeovers(after: deaths))
        }
      }
      // An idle worker asks every 0.2 seconds here.
      tally.limit("takeover", to: 0.7, isMedian: true)
      tally.report()
    }

    @Test("at any moment, alone or with all others, leaves nothing behind", arguments: Path.all)
    func anyMoment(_ path: Path) async throws {
      #expect(try await Baseline.violations().isEmpty)
      let tally = Tally(path.name("driver killed at random"))
      var random = FaultRandom("kills \(path)")
      while tally.events < path.count(60) {
        let workload = Workload.random(rows: 20_000, &random)
        try await Trial.run(workload, tally, path: path) { trial in
          while !trial.timeline.isFinished, tally.events < path.count(60) {
            try trial.fleet.fill(to: 2)
            try await pass(20...250, &random)
            if Int.random(in: 0..<8, using: &random) == 0 {
              tally.event("of all", trial.fleet.living.count)
              try await trial.killAll()
            } else if let victim = trial.fleet.living.randomElement(using: &random) {
              await victim.kill()
              tally.event("of one")
            }
          }
        }
      }
      tally.report()
    }

    @Test("is replaced within the time that an idle worker waits between two looks, by default two seconds")
    func ordinaryPoll() async throws {
      let tally = Tally("driver killed, idle one looks every 2 s")
      // Batch follows batch, so that the other driver finds nothing to do whenever it looks.
      let count = min(FaultScale.of(5), 20)
      let workload = Workload(rows: 5_000 * count, workers: 1, slowness: 0.01)
      try await Trial.run(workload, tally) { trial in
        try await trial.database.run("update sluice.policy set poll_interval = '2 seconds'")
        var worker = try trial.fleet.start(workers: 1)
        var deaths: [Date] = []
        while deaths.count < count, !trial.timeline.isFinished {
          let idle = try trial.fleet.start(workers: 1)
          try await waitUntil("one driver works, and one has found nothing to do") {
            let batches = try await trial.batches()
            let idle = try await trial.number(Self.idleWorkers)
            return batches > 0 && idle == 1
          }
          await worker.kill()
          let death = worker.endedAt ?? Date()
          deaths.append(death)
          tally.event("in a batch")
          try await waitUntil("another took over", within: .seconds(20)) {
            try await trial.takeovers(after: [death]).count == 1
          }
          worker = idle
        }
        tally.times("takeover", try await trial.takeovers(after: deaths))
        try await trial.database.run("update trouble set slowness = 0")
      }
      tally.limit("takeover", to: 2.5, slack: slack)
      tally.report()
    }
  }
}

/// What a busy machine may add to a time, in seconds.
let slack = 1.5
