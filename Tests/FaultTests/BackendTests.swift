import Postgres
import SluiceTesting
import Testing

extension FaultTests {
  /// Backends of drivers, ended or cancelled by an administrator.
  @Suite("A backend", .timeLimit(.minutes(20)))
  struct BackendTests {
    @Test("that is terminated or cancelled in the middle of anything costs no row, and none twice", arguments: Path.all)
    func terminated(_ path: Path) async throws {
      #expect(try await Baseline.violations().isEmpty)
      let tally = Tally(path.name("backend terminated or cancelled"))
      var random = FaultRandom("backends \(path)")
      while tally.events < path.count(120) {
        var workload = Workload.random(rows: 20_000, &random)
        workload.workers = 4
        try await Trial.run(workload, tally, path: path) { trial in
          try await PostgresConnection.withConnection(trial.database.administrator) { connection in
            while !trial.timeline.isFinished, tally.events < path.count(120) {
              // A driver whose very first connection is ended says so and ends.
              try trial.fleet.fill(to: 2, workers: 4)
              let act = ["terminate", "cancel", "cancel"].randomElement(using: &random) ?? "cancel"
              let hit = try await connection.query(
                """
                select pg_\(act)_backend(pid)
                from (
                  select a.pid from pg_stat_activity a
                  where a.datname = current_database() and a.usename = 'author'
                    and ($1 = 'terminate' or a.state = 'active')
                  order by random()
                  limit 1) as victim
                """, [.text(act)])
              tally.event("\(act)", hit.count)
              try await pass(0...15, &random)
            }
          }
        }
      }
      tally.report()
    }
  }
}
