import Postgres
import SluiceTesting
import Testing

extension FaultTests {
  /// A pooler in transaction mode between drivers and server.
  @Suite("A pooler", .enabled(if: ConnectionPooler.isInstalled), .timeLimit(.minutes(20)))
  struct PoolerTests {
    @Test("in transaction mode, with fewer connections than workers and drivers that are killed, costs no row")
    func transactionMode() async throws {
      #expect(try await Baseline.violations().isEmpty)
      let tally = Tally("PgBouncer, transaction mode")
      var random = FaultRandom("pooler")
      while tally.events < FaultScale.of(12) {
        let workload = Workload.random(rows: 20_000, &random)
        let server = FaultServer.environment.configuration
        try await ConnectionPooler.withPooler(to: server, as: "author", connections: 3) { pooler in
          let arguments = Bool.random(using: &random) ? ["--no-listen"] : []
          try await Trial.run(workload, tally, arguments: arguments) {
            pooler.route($0)
          } faults: { trial in
            while !trial.timeline.isFinished, tally.events < FaultScale.of(12) {
              try trial.fleet.fill(to: 2)
              try await pass(50...300, &random)
              if Bool.random(using: &random) {
                await trial.fleet.living.randomElement(using: &random)?.kill()
                tally.event("drivers killed")
              } else {
                try await trial.database.run(Self.terminate)
                tally.event("backends terminated")
              }
            }
          } afterwards: {
            pooler.end()
          }
        }
      }
      tally.report()
    }

    private static let terminate = """
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and usename = 'author' order by random() limit 1
      """
  }
}
