import Logging
import Postgres
import SluiceTesting
import Testing

@testable import Sluice

/// What a driver's log says, and how often.
@Suite("The log of a driver", .timeLimit(.minutes(5)))
struct DriverLogTests {
  private func withDriver(of database: SluiceDatabase, _ body: (LogCollector) async throws -> Void) async throws {
    let log = LogCollector()
    let driver = SluiceDriver(
      configuration: database.author, options: DriverOptions(pollInterval: .milliseconds(100)), logger: log.logger)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await driver.run() }
      try await body(log)
      group.cancelAll()
    }
  }

  @Test("warns once that the database is a copy, in which nothing runs")
  func warnsOfCopy() async throws {
    try await SluiceDatabase.with { database in
      try await database.asOwner { try await $0.query("update sluice_internal.installation set database_oid = 1") }
      let warning = "warning database \(database.database.name) is a copy, in which nothing runs"
      try await withDriver(of: database) { log in
        try await waitUntil("it warns") { log.lines.contains(warning) }
        let former = try await keeper(database)
        try await database.asAuthor { try await $0.query("select pg_terminate_backend($1)", [.integer(former)]) }
        try await waitUntil("it listens again") { log.lines.contains { $0.hasSuffix("connection is back") } }
        #expect(log.lines.filter { $0 == warning }.count == 1)
      }
    }
  }

  private func keeper(_ database: SluiceDatabase) async throws -> Int {
    let query = """
      select coalesce(max(pid), 0) from pg_stat_activity
      where application_name = 'sluice keeper' and datname = current_database()
      """
    try await waitUntil("it listens") { try await database.number(query) > 0 }
    return try await database.number(query)
  }

  @Test("names the database in each line")
  func namesDatabase() async throws {
    try await SluiceDatabase.with(rows: 100) { database in
      try await database.scheduleIncrement(maxBatch: 10)
      let log = LogCollector()
      _ = try await SluiceDriver(configuration: database.author, logger: log.logger).runUntilIdle()
      #expect(log.lines.first?.contains("driver starts") == true && log.lines.last?.contains("driver ends") == true)
      #expect(Set(log.databases) == [database.database.name])
    }
  }

  @Test("says what nothing is scheduled of, and where")
  func tellsOfNothing() async throws {
    try await SluiceDatabase.with { database in
      try await withDriver(of: database) { log in
        try await waitUntil("it says so") {
          log.lines.contains("info nothing of author is scheduled in \(database.database.name); waits for that")
        }
      }
    }
  }

  @Test("says that a migration starts once, and that it goes on when it was paused")
  func tellsStartOnce() async throws {
    try await SluiceDatabase.with(rows: 3000) { database in
      try await database.scheduleIncrement(maxBatch: 10)
      try await database.asOwner { owner in
        try await owner.query("update sluice.schedule set immediately = false, max_rate = 1000")
      }
      try await withDriver(of: database) { log in
        try await waitUntil("it starts") { log.lines.contains("info migration starts: increment") }
        try await database.withClient { try await $0.pause("increment") }
        try await database.withClient { try await $0.resume("increment") }
        try await waitUntil("it goes on") { log.lines.contains("info migration goes on: increment") }
        #expect(log.lines.filter { $0 == "info migration starts: increment" }.count == 1)
      }
    }
  }

  @Test("says a trouble once, and again when it was over or another came between")
  func tellsTroubleOnce() {
    let log = LogCollector()
    let trouble = RepeatedTrouble(log.logger)
    trouble.tell(.warning, "no")
    trouble.tell(.warning, "no")
    trouble.tell(.warning, "no", ["sluice.error": "other"])
    #expect(log.lines == ["warning no", "warning no"])
    #expect(trouble.end())
    #expect(!trouble.end())
    trouble.tell(.warning, "no", ["sluice.error": "other"])
    #expect(log.lines.count == 3)
  }

  @Test("has the first line of an error, and an SQLSTATE only where there is one")
  func writesErrors() {
    let lost = PostgresError(
      .connectionLost, "server closed the connection unexpectedly; This probably means the server terminated abnormally"
    )
    #expect(lost.logMetadata == ["sluice.error": "server closed the connection unexpectedly"])
    var refused = PostgresError(.server, "first; second\nthird")
    refused.sqlState = "42P01"
    #expect(refused.logMetadata == ["sluice.error": "first; second", "sluice.sqlstate": "42P01"])
    refused.detail = "Particulars."
    refused.hint = "Advice."
    let whole = refused.logMetadata.merging(SluiceError(refused).logMetadata) { first, second in
      #expect(first == second)
      return first
    }
    #expect(whole["sluice.detail"] == "Particulars." && whole["sluice.hint"] == "Advice.")
  }

  @Test("The limits that are lifted are all that a version of PostgreSQL has for sessions and statements")
  func knowsLimits() async throws {
    try await SluiceDatabase.with { database in
      // what limits locks, transactions that are idle and sockets is meant for every session
      let others = [
        "lock_timeout", "idle_in_transaction_session_timeout", "tcp_user_timeout", "wal_sender_timeout",
        "deadlock_timeout", "wal_receiver_timeout",
      ]
      let known = PostgresConnection.timeLimits
      let unknown = try await database.asAuthor { author in
        try await author.query(
          """
          select name from pg_settings
          where unit = 'ms' and context in ('user', 'superuser') and name like '%timeout' and name not like '%.%'
            and not name = any ($1)
          """, [.array(known + others)]
        ).map { try $0.get(at: 0, as: String.self) }
      }
      #expect(unknown == [])
      try await database.asAuthor { author in
        try await author.script(
          "set statement_timeout = '7s'; set idle_session_timeout = '8s'; set lock_timeout = '9s'")
        #expect(try await author.liftTimeLimits(deadline: .now + .seconds(10)))
        let left = try await author.query(
          "select string_agg(name || '=' || setting, ' ' order by name) from pg_settings where unit = 'ms' and name = any ($1)",
          [.array(known + ["lock_timeout"])])
        #expect(
          try left.single().get(at: 0, as: String.self).replacing("transaction_timeout=0", with: "").hasPrefix(
            "idle_session_timeout=0 lock_timeout=9000 statement_timeout=0"))
      }
    }
  }
}
