import Postgres
import ServiceLifecycle
import ServiceLifecycleTestKit
import SluiceTesting
import Testing

@testable import Sluice

/// Driver that may have fewer connections than it needs.
@Suite("A driver under a connection limit", .timeLimit(.minutes(10)))
struct ConnectionLimitTests {
  private func limit(_ database: SluiceDatabase, to count: Int) async throws {
    try await PostgresConnection.withConnection(database.administrator) { administrator in
      try await administrator.query("alter database \(database.database.name) connection limit \(count)")
    }
  }

  @Test(
    "runs until nothing is left to do, and says once what it needs",
    arguments: [(1, 1), (1, 2), (2, 1), (2, 4), (3, 2), (4, 1)])
  func ends(allowed: Int, workers: Int) async throws {
    try await SluiceDatabase.with(rows: 1000) { database in
      try await database.scheduleIncrement(workers: workers)
      try await limit(database, to: allowed)
      let log = LogCollector()
      let options = DriverOptions(workers: workers, pollInterval: .milliseconds(100))
      let driver = SluiceDriver(configuration: database.author, options: options, logger: log.logger)
      let outcomes = try await driver.runUntilIdle()
      try await limit(database, to: -1)
      #expect(outcomes["increment"]?.kind == .finished)
      #expect(try await database.mistakes() == 0)
      let name = database.database.name
      let warnings = log.lines.filter { $0.contains("connections are needed") }
      #expect(
        warnings
          == (allowed < workers + 3
            ? ["warning \(workers + 3) connections are needed, database \"\(name)\" may have \(allowed)"] : []))
    }
  }

  @Test("lets a worker have the one connection that is left when all were lost", arguments: [1, 2])
  func givesWay(allowed: Int) async throws {
    try await SluiceDatabase.with(rows: 3000) { database in
      try await database.scheduleIncrement(maxBatch: 10, workers: 2)
      let log = LogCollector()
      let options = DriverOptions(workers: 2, pollInterval: .milliseconds(100))
      try await testGracefulShutdown { trigger in
        let driver = SluiceDriver(configuration: database.author, options: options, logger: log.logger)
        async let run: Void = driver.run()
        try await PostgresConnection.withConnection(database.administrator) { administrator in
          try await waitUntil("the driver has all its connections") {
            try await administrator.query(
              """
              select from pg_stat_activity where datname = current_database() and application_name like 'sluice %'
              """
            ).count == 4
          }
          // a superuser's connection counts, too
          try await administrator.query("alter database \(database.database.name) connection limit \(allowed + 1)")
          try await administrator.query(
            """
            select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and usename = 'author'
            """)
          let before = try await administrator.query("select from sluice_internal.batch where sqlstate is null").count
          try await waitUntil("batches are run, or none is left", within: .seconds(120)) {
            let isFinished =
              try await administrator.query(
                "select from sluice.progress where state = 'finished'"
              ).count == 1
            let after = try await administrator.query("select from sluice_internal.batch where sqlstate is null").count
            return isFinished || after > before
          }
          try await waitUntil("the migration is finished", within: .seconds(120)) {
            try await administrator.query("select from sluice.progress where state = 'finished'").count == 1
          }
        }
        try await limit(database, to: -1)
        trigger.triggerGracefulShutdown()
        try await run
      }
      #expect(try await database.mistakes() == 0)
    }
  }

  @Test("vacuums on a connection that a worker lends", .timeLimit(.minutes(5)))
  func vacuums() async throws {
    try await SluiceDatabase.with(rows: 60_000) { database in
      try await database.asAuthor { try await $0.script("drop trigger write_ledger on item; create index on item (n)") }
      try await database.scheduleIncrement(maxBatch: 1000)
      try await database.asOwner { try await $0.query("update sluice.policy set vacuum_share = 0.01") }
      try await limit(database, to: 1)
      let outcomes = try await database.driver().runUntilIdle()
      try await limit(database, to: -1)
      #expect(outcomes["increment"]?.kind == .finished)
      #expect(
        try await database.number("select vacuum_count from pg_stat_user_tables where relname = 'item'") > 0)
    }
  }

  @Test("does its work through a pooler that takes one client", .enabled(if: ConnectionPooler.isInstalled))
  func pooler() async throws {
    try await SluiceDatabase.with(rows: 1000) { database in
      try await database.scheduleIncrement(workers: 2)
      try await ConnectionPooler.withPooler(to: database.administrator, as: "author", clients: 1) { pooler in
        let options = DriverOptions(workers: 2, pollInterval: .milliseconds(100))
        let driver = SluiceDriver(configuration: pooler.configuration, options: options, logger: .silent)
        let outcomes = try await driver.runUntilIdle()
        #expect(outcomes["increment"]?.kind == .finished)
      }
      #expect(try await database.mistakes() == 0)
    }
  }
}
