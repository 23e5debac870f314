import Postgres
import SluiceTesting
import Testing

extension FaultTests {
  /// Administrators who cannot make up their minds.
  @Suite("An administrator", .timeLimit(.minutes(20)))
  struct VerbTests {
    private static let name = FaultDatabase.migration
    private static let verbs = [
      "select sluice.pause('\(name)')", "select sluice.resume('\(name)')", "select sluice.resume('\(name)')",
      "select sluice.throttle('\(name)', 5000)", "select sluice.throttle('\(name)', null)",
      "select sluice.cancel('\(name)')", "select sluice.schedule('\(name)', workers => 3, immediately => true)",
      "select sluice.schedule('\(name)', workers => 2, immediately => true)", "select sluice.retry('\(name)')",
      "select sluice.reschedule('\(name)', workers => 4)",
      "select sluice.reschedule('\(name)', workers => 1, immediately => false)",
      "select sluice.reschedule('\(name)', immediately => true)",
      "update sluice.schedule set active = not active", "update sluice.schedule set workers = 1 + workers % 4",
    ]

    @Test("who races two drivers with every verb at random changes when rows are done, never how often")
    func verbs() async throws {
      #expect(try await Baseline.violations().isEmpty)
      let tally = Tally("verbs beside two drivers")
      var random = FaultRandom("verbs")
      while tally.events < FaultScale.of(240) {
        var workload = Workload.random(rows: 20_000, &random)
        workload.trouble = 0.02
        try await Trial.run(workload, tally) { trial in
          try trial.fleet.fill(to: 2)
          let seeds = [random.next(), random.next()]
          try await withThrowingTaskGroup { group in
            for seed in seeds { group.addTask { try await decide(seed, trial) } }
            try await group.waitForAll()
          }
          try await settle(trial)
        }
      }
      tally.report()
    }

    /// One administrator: a verb after the other, until the run is finished or there were enough.
    private func decide(_ seed: UInt64, _ trial: Trial) async throws {
      var random = FaultRandom("\(seed)")
      let limit = trial.tally.events + FaultScale.of(120)
      // A superuser may do everything but plan a schedule, which runs the author's own SQL.
      try await PostgresConnection.withConnection(trial.database.author) { author in
        try await PostgresConnection.withConnection(trial.database.administrator) { administrator in
          while !trial.timeline.isFinished, trial.tally.events < min(limit, FaultScale.of(240)) {
            guard let verb = Self.verbs.randomElement(using: &random) else { return }
            let isPlain = verb.hasPrefix("select sluice.schedule(")
            do {
              try await (isPlain ? author : administrator).query(verb, deadline: .now + .seconds(20))
              trial.tally.event("obeyed")
            } catch let error as PostgresError where error.sqlState == "SL006" {
              trial.tally.event("refused")
            } catch let error as PostgresError {
              trial.tally.violations(["\(verb): \(error)"])
            }
            try await pass(0...25, &random)
          }
        }
      }
    }

    /// Makes the migration run on, whatever state it was left in.
    private func settle(_ trial: Trial) async throws {
      try await PostgresConnection.withConnection(trial.database.author) { author in
        let attempts = [
          "select sluice.resume('\(Self.name)')", "select sluice.schedule('\(Self.name)', immediately => true)",
          "select sluice.throttle('\(Self.name)', null)",
          "select sluice.reschedule('\(Self.name)', workers => 4, immediately => true)",
        ]
        for verb in attempts {
          do {
            try await author.query(verb)
          } catch let error as PostgresError where error.sqlState == "SL006" {
            // Not in a state for this one; another of them is for it.
          }
        }
      }
    }
  }
}
