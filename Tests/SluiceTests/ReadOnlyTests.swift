import Postgres
import Sluice
import SluiceTesting
import Testing

/// An operator's switch for the whole database or role is obeyed, and said.
@Suite("A database that takes no writes", .timeLimit(.minutes(5)))
struct ReadOnlyTests {
  @Test(
    "holds a driver, which says so once and goes on when the switch is off",
    arguments: ["database", "role"])
  func holds(place: String) async throws {
    try await SluiceDatabase.with(rows: 500) { database in
      try await database.scheduleIncrement()
      let name = PostgresConnection.quote(database.database.name)
      let subject = place == "database" ? "database \(name)" : "role author in database \(name)"
      try await PostgresConnection.withConnection(database.administrator) { administrator in
        try await administrator.query("alter \(subject) set default_transaction_read_only = on")
      }
      let log = LogCollector()
      let driver = SluiceDriver(
        configuration: database.author, options: DriverOptions(workers: 4, pollInterval: .milliseconds(50)),
        logger: log.logger)
      try await withThrowingTaskGroup(of: [String: MigrationOutcome].self) { group in
        group.addTask { try await driver.runUntilIdle() }
        try await PostgresConnection.withConnection(database.administrator) { administrator in
          var seen: Set<Int> = []
          try await waitUntil("workers have asked in more sessions than they are", every: .milliseconds(2)) {
            let sessions = try await administrator.query(
              "select pid from pg_stat_activity where application_name = 'sluice worker' and datname = current_database()"
            )
            seen.formUnion(try sessions.map { try $0.get(at: 0, as: Int.self) })
            return seen.count > 4
          }
          #expect(try await administrator.query("select count(*) from ledger").single().get(at: 0, as: Int.self) == 0)
          try await administrator.query("set default_transaction_read_only = off")
          try await administrator.query("alter \(subject) reset default_transaction_read_only")
        }
        #expect(try await group.next()?["increment"] == MigrationOutcome(.finished))
      }
      #expect(try await database.mistakes() == 0)
      // the keeper may hear of the start before it sees the switch off
      #expect(
        log.lines.sorted() == [
          "info driver ends", "info driver starts", "info migration is finished: increment",
          "info migration starts: increment", "notice the database takes writes again",
          "warning the database takes no writes, so nothing runs",
        ])
    }
  }
}
