import Postgres
import SluiceTesting
import Testing

extension FaultTests {
  /// Drivers that are frozen by SIGSTOP in the middle of a batch.
  @Suite("A frozen driver", .timeLimit(.minutes(20)))
  struct FreezeTests {
    /// How the frozen driver loses its lane.
    private enum Loss: String {
      /// Its backend is terminated.
      case terminated = "woke after its backend was terminated"
      /// The limit for idle transactions, ten seconds, ends it.
      case limit = "woke after its transaction was idle for too long"
    }

    @Test("that wakes after another took over writes nothing")
    func lateWrites() async throws {
      #expect(try await Baseline.violations().isEmpty)
      let tally = Tally("driver frozen in a batch")
      var random = FaultRandom("freezes")
      while tally.events < FaultScale.of(12) {
        var workload = Workload.random(rows: 12_000, isImmediate: false, &random)
        workload.workers = 1
        try await Trial.run(workload, tally) { trial in
          try await trial.database.run(Self.gate)
          // Armed, so that it does a batch step by step, at a point that is never reached.
          let sleeper = try trial.fleet.start(workers: 1, failpoint: "after_commit:1000000000")
          try await PostgresConnection.withConnection(trial.database.administrator) { keeper in
            while !trial.timeline.isFinished, tally.events < FaultScale.of(12) {
              // One in twenty takes the ten seconds that the driver's transactions may be idle.
              let loss = tally.events % 20 == 10 ? Loss.limit : .terminated
              guard let failed = try await freeze(sleeper, trial, keeper, loss) else { break }
              tally.event(loss.rawValue)
              tally.violations(failed)
            }
          }
          try await trial.database.run("update sluice.schedule set immediately = true")
        }
      }
      // Ten seconds, a look of the other driver, and half a second.
      tally.limit("takeover", to: 10.7, slack: slack)
      tally.report()
    }

    /// Freezes the driver in a batch, lets another take over, and wakes it.
    ///
    /// - Returns: what is wrong then; nil when the run ended before.
    private func freeze(
      _ sleeper: DriverProcess, _ trial: Trial, _ keeper: PostgresConnection, _ loss: Loss
    ) async throws -> [String]? {
      try await keeper.query("select pg_advisory_lock(1)")
      var backend: Int32?
      try await waitUntil("a batch waits at the gate", within: .seconds(20), every: .milliseconds(3)) {
        backend = try await keeper.query(
          "select pid from pg_locks where locktype = 'advisory' and not granted limit 1"
        ).first?.get(at: 0)
        return backend != nil || trial.timeline.isFinished
      }
      guard let backend else {
        try await keeper.query("select pg_advisory_unlock(1)")
        return nil
      }
      let frozen = ContinuousClock.now
      sleeper.freeze()
      try await keeper.query("select pg_advisory_unlock(1)")
      try await waitUntil("the batch has run, and nobody goes on with it", every: .milliseconds(3)) {
        try await keeper.query(
          "select from pg_stat_activity where pid = $1 and state = 'idle in transaction'", [.integer(backend)]
        ).count == 1
      }
      let lane = try await keeper.query("select lane_id, version from sluice_internal.lane where state = 'active'")
        .single()
      let laneID = try lane.get("lane_id", as: Int.self)
      let version = try lane.get("version", as: Int.self)
      if loss == .terminated { try await keeper.query("select pg_terminate_backend($1)", [.integer(backend)]) }

      let other = try trial.fleet.start(workers: 1)
      try await waitUntil("another took over", within: .seconds(20), every: .milliseconds(3)) {
        try await keeper.query("select version from sluice_internal.lane where lane_id = $1", [.integer(laneID)])
          .single().get(
            at: 0)
          > version
      }
      if loss == .limit { trial.tally.times("takeover", [(ContinuousClock.now - frozen) / .seconds(1)]) }
      let failures = "select count(*) from sluice_internal.batch where outcome = 'failed'"
      let failuresBefore = try await trial.number(failures)
      sleeper.thaw()
      try await waitUntil("the sleeper has noticed, and is back at work", within: .seconds(20)) {
        try await trial.sessions("worker") == 2
      }
      let failuresAfter = try await trial.number(failures)
      _ = await other.stop()
      return failuresAfter == failuresBefore ? [] : ["a failure was recorded for a lane that another had taken over"]
    }

    /// Statements wait at a gate, an advisory lock, while the test holds it.
    private static let gate = """
      update sluice.policy set lock_timeout = '20 seconds', statement_timeout = '30 seconds';
      set session authorization author;
      create function pass_gate() returns trigger language plpgsql as $$
      begin
        perform pg_advisory_xact_lock_shared(1);
        return null;
      end
      $$;
      create trigger pass_gate before update on item for each statement execute function pass_gate();
      """
  }
}
