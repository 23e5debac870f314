import Postgres
import SluiceTesting
import Testing

extension FaultTests {
  /// A pooler in transaction mode between drivers and server.
  ///
  /// The suites of drivers, backends and wires have their faults once more through a pooler.
  @Suite("A pooler", .enabled(if: ConnectionPooler.isInstalled), .timeLimit(.minutes(20)))
  struct PoolerTests {
    @Test("that is killed, or whose server crashes, costs no row, whether or not drivers listen")
    func crashes() async throws {
      #expect(try await Baseline.violations().isEmpty)
      let tally = Tally("PgBouncer crashed")
      var random = FaultRandom("pooler")
      while tally.events < FaultScale.of(12) {
        let workload = Workload.random(rows: 8_000, &random)
        let arguments = Bool.random(using: &random) ? ["--no-listen"] : []
        try await Trial.run(workload, tally, path: .pooled, arguments: arguments) { trial in
          while !trial.timeline.isFinished, tally.events < FaultScale.of(12) {
            let seen = try await trial.batches()
            try await trial.work { try await trial.batches() > seen }
            try await pass(10...100, &random)
            if trial.timeline.isFinished { break }
            if tally.events % 4 == 3 {
              try await trial.crashBackend()
              tally.event("backend of its server killed")
            } else {
              try await trial.pooler?.crash()
              tally.event("killed")
            }
          }
        }
      }
      tally.report()
    }
  }
}
