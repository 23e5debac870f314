import Postgres
import ServiceLifecycle
import ServiceLifecycleTestKit
import SluiceTesting
import Testing

@testable import Sluice

/// Driver behind a connection pooler.
@Suite("A driver behind PgBouncer", .timeLimit(.minutes(5)), .enabled(if: ConnectionPooler.isInstalled))
struct PoolerTests {
  private let options = DriverOptions(workers: 2, pollInterval: .milliseconds(100))

  @Test("works by polling in transaction mode, each row once")
  func polls() async throws {
    try await SluiceDatabase.with(rows: 2000) { database in
      try await database.scheduleIncrement(workers: 2)
      try await ConnectionPooler.withPooler(to: database.administrator, as: "author") { pooler in
        let driver = SluiceDriver(configuration: pooler.configuration, options: options, logger: .silent)
        let outcomes = try await driver.runUntilIdle()
        #expect(outcomes["increment"]?.kind == .finished)
        #expect(try await listeners(database) == 0)
      }
      let mistakes = try await database.mistakes()
      #expect(mistakes == 0)
    }
  }

  private func listeners(_ database: SluiceDatabase) async throws -> Int {
    try await database.number(
      """
      select count(*) from pg_stat_activity
      where datname = current_database() and query ilike 'listen%' and pid <> pg_backend_pid()
      """)
  }

  @Test("listens and vacuums in session mode, each row once")
  func sessions() async throws {
    try await SluiceDatabase.with(rows: 2000) { database in
      try await ConnectionPooler.withPooler(
        to: database.administrator, as: "author", connections: 10, mode: .session
      ) { pooler in
        let log = LogCollector()
        try await testGracefulShutdown { trigger in
          // so long that only a notification wakes it
          let options = DriverOptions(workers: 2, pollInterval: .seconds(600))
          let driver = SluiceDriver(configuration: pooler.configuration, options: options, logger: log.logger)
          async let run: Void = driver.run()
          try await waitUntil("its workers found nothing to do") {
            try await database.number(
              """
              select count(*) from pg_stat_activity
              where datname = current_database() and application_name = 'sluice worker' and state = 'idle'
                and query in ('commit', 'rollback')
              """) >= 2
          }
          try await database.scheduleIncrement(workers: 2)
          try await waitUntil("the migration is finished") {
            try await database.number("select sluice.finished('increment')::integer") == 1
          }
          try await waitUntil("its upkeep has asked what to vacuum") {
            try await database.number(
              """
              select count(*) from pg_stat_activity
              where datname = current_database() and query like '%next_vacuum%' and pid <> pg_backend_pid()
              """) > 0
          }
          trigger.triggerGracefulShutdown()
          try await run
        }
        #expect(!log.lines.contains { $0.contains("pooler") })
      }
      let mistakes = try await database.mistakes()
      #expect(mistakes == 0)
    }
  }

  @Test("knows whether a session is its own, with idle, few, many and taken connections of the pooler")
  func knowsModes() async throws {
    try await SluiceDatabase.with { database in
      for (mode, connections) in [
        (ConnectionPooler.Mode.transaction, 1), (.transaction, 2), (.transaction, 5), (.session, 1), (.session, 5),
      ] {
        try await ConnectionPooler.withPooler(
          to: database.administrator, as: "author", connections: connections, mode: mode
        ) { pooler in
          try await PostgresConnection.withConnection(pooler.configuration) { connection in
            let isOwn = try await connection.hasOwnSession(deadline: .now + .seconds(60))
            // with one connection of the server there is no second one to prove it by
            #expect(isOwn == (mode == .session && connections > 1))
            #expect(try await connection.keepsTransactions(deadline: .now + .seconds(60)))
          }
        }
      }
    }
  }

  @Test("throws in statement mode, where no transaction lasts")
  func statements() async throws {
    try await SluiceDatabase.with(rows: 10) { database in
      try await database.scheduleIncrement()
      try await ConnectionPooler.withPooler(to: database.administrator, as: "author", mode: .statement) { pooler in
        let driver = SluiceDriver(configuration: pooler.configuration, options: options, logger: .silent)
        let error = await #expect(throws: SluiceError.self) { try await driver.runUntilIdle() }
        #expect(error?.code == .statementPooling)
        #expect(error?.hint?.contains("pool_mode = transaction") == true)
        // a worker that meets it later says the same
        let late = await #expect(throws: SluiceError.self) {
          try await BatchSession.open(
            pooler.configuration, installer: SchemaInstaller(), failpoint: nil, handlers: [:])
        }
        #expect(late?.code == .statementPooling)
      }
      #expect(try await database.mistakes(except: Array(1...10)) == 0)
    }
  }
}
