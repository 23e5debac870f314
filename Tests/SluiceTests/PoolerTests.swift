import Postgres
import Sluice
import SluiceTesting
import Testing

/// Driver behind a connection pooler.
@Suite("A driver behind PgBouncer in transaction mode", .timeLimit(.minutes(5)))
struct PoolerTests {
  @Test("works by polling, each row once", .enabled(if: ConnectionPooler.isInstalled))
  func polls() async throws {
    try await SluiceDatabase.with(rows: 2000) { database in
      try await database.scheduleIncrement(workers: 2)
      try await ConnectionPooler.withPooler(to: database.administrator, as: "author") { pooler in
        let options = DriverOptions(workers: 2, pollInterval: .milliseconds(100))
        let driver = SluiceDriver(configuration: pooler.configuration, options: options, logger: .silent)
        let outcomes = try await driver.runUntilIdle()
        #expect(outcomes["increment"]?.kind == .finished)
        let listening = try await database.number(
          """
          select count(*) from pg_stat_activity
          where datname = current_database() and query ilike 'listen%' and pid <> pg_backend_pid()
          """)
        #expect(listening == 0)
      }
      let mistakes = try await database.mistakes()
      #expect(mistakes == 0)
    }
  }
}
