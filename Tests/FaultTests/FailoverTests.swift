import Foundation
import Postgres
import SluiceTesting
import Testing

extension FaultTests {
  /// Primaries that are lost with their last commits.
  @Suite("A failover", .timeLimit(.minutes(20)))
  struct FailoverTests {
    @Test("that loses the last commits takes rows and cursor back together, and the promoted server finishes once")
    func losesCommits() async throws {
      #expect(try await Baseline.violations().isEmpty)
      let tally = Tally("failover, last commits lost")
      var random = FaultRandom("failovers")
      while tally.events < FaultScale.of(1) {
        var workload = Workload.random(rows: 16_000, &random)
        workload.workers = 4
        workload.slowness = 0.05
        try await ServerPair.with { pair in
          let server = FaultServer(pair.configuration)
          try await Trial.run(workload, tally, on: server) { trial in
            try await trial.work { try await trial.batches() > 0 }
            let failover = try await pair.fail(over: trial)
            try judge(failover, tally)
            try await trial.work { try await trial.hasBatch(after: failover.promotion) }
            tally.times("takeover", try await trial.takeovers(after: [failover.death]))
            try await trial.database.run("update trouble set slowness = 0")
          }
        }
      }
      // From the death of the primary; drivers ask again more and more seldom while the standby is not promoted.
      tally.limit("takeover", to: 5, slack: slack)
      tally.report()
    }

    @Test("whose old primary comes back has two servers that each finish once, and moves no driver back")
    func oldPrimaryReturns() async throws {
      let tally = Tally("old primary back, a driver left there")
      var random = FaultRandom("returns")
      for _ in 0..<min(FaultScale.of(1), 5) {
        var workload = Workload.random(rows: 16_000, &random)
        workload.workers = 4
        workload.slowness = 0.05
        try await ServerPair.with { pair in
          try await Trial.run(workload, tally, on: FaultServer(pair.configuration)) { trial in
            try await returns(pair, trial)
          }
        }
      }
      tally.report()
    }

    /// Fails over, brings the old primary back with a driver that never left it, and lets both sides finish.
    private func returns(_ pair: ServerPair, _ trial: Trial) async throws {
      func on(_ cluster: ThrowawayCluster, _ fleet: Fleet) -> Trial {
        let database = FaultDatabase(
          database: trial.database.database.on(cluster.configuration()), workload: trial.database.workload)
        return Trial(database: database, timeline: Timeline(database), fleet: fleet, tally: trial.tally, pooler: nil)
      }
      let left = Fleet(on(pair.primary, trial.fleet).database.author)
      let (old, new) = (on(pair.primary, left), on(pair.standby, trial.fleet))
      do {
        try trial.fleet.fill(to: 2)
        try left.start(workers: 1)
        try await waitUntil("all drivers are connected") { try await trial.sessions("worker") == 5 }
        try await waitUntil("they work") { try await trial.batches() > 0 }
        let failover = try await pair.fail(over: trial)
        try judge(failover, trial.tally)
        try await waitUntil("the drivers with two servers work on the new one", within: .seconds(60)) {
          try await new.hasBatch(after: failover.promotion)
        }
        try await pair.primary.start()
        let returned = Date()
        trial.tally.event("old primary back")
        try await waitUntil("the driver that was left works on the old primary", within: .seconds(60)) {
          try await old.hasBatch(after: returned)
        }
        for side in [old, new] { try await side.database.run("update trouble set slowness = 0") }
        try await waitUntil("the old primary has finished", within: .seconds(300)) {
          let workers = try await old.sessions("worker")
          if workers > 1 { trial.tally.violations(["\(workers) workers on the old primary, where one was left"]) }
          return try await old.number("select count(*) from sluice_internal.migration where state = 'finished'") == 1
        }
        let codes = await left.stopAll()
        if codes != [0] { trial.tally.violations(["the driver that was left ended with \(codes)"]) }
        let checker = Checker(database: old.database)
        let violations = try await checker.residue() + checker.violations()
        trial.tally.violations(violations.map { "on the old primary: \($0)" })
        if try await new.sessions("worker") != 4 { trial.tally.violations(["a driver has left the new primary"]) }
        // from here on the new primary alone is looked at
        try await pair.primary.stop(.kill)
      } catch {
        await left.killAll()
        throw error
      }
    }

    /// Counts a failover, and what is wrong with it.
    private func judge(_ failover: ServerPair.Failover, _ tally: Tally) throws {
      tally.event("primary killed, standby promoted")
      tally.violations(failover.violations)
      try #require(failover.after < failover.before, "nothing was lost, so nothing was shown")
    }
  }
}
