import Postgres
import Sluice
import SluiceTesting
import Testing

/// Driver on a real table.
@Suite("A driver", .timeLimit(.minutes(5)))
struct DriverTests {
  @Test("finishes a migration, each row once")
  func finishes() async throws {
    try await SluiceDatabase.with(rows: 5000) { database in
      try await database.scheduleIncrement()
      let outcomes = try await database.driver().runUntilIdle()
      #expect(outcomes == ["increment": MigrationOutcome(.finished)])
      #expect(try await database.mistakes() == 0)
    }
  }

  @Test("says when a migration starts and is finished, and warns once of what it cannot run")
  func tells() async throws {
    try await SluiceDatabase.with(rows: 500) { database in
      let (ours, theirs) = (LogCollector(), LogCollector())
      let options = DriverOptions(pollInterval: .milliseconds(200))
      let own = SluiceDriver(configuration: database.author, options: options, logger: ours.logger)
      let foreign = SluiceDriver(configuration: database.owner, options: options, logger: theirs.logger)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await foreign.run() }
        try await waitUntil("the other driver listens") {
          try await database.asOwner {
            try await !$0.query(
              "select from pg_stat_activity where datname = current_database() and application_name = 'sluice keeper'"
            ).isEmpty
          }
        }
        try await database.scheduleIncrement()
        try await waitUntil("it warns") { theirs.lines.contains { $0.hasPrefix("warning ") } }
        _ = try await own.runUntilIdle()
        group.cancelAll()
      }
      #expect(
        theirs.lines.filter { $0.hasPrefix("warning ") } == [
          "warning 1 scheduled migration belongs to another role: increment of \"author\"; "
            + "batches run only in sessions that are logged in as the owner"
        ])
      #expect(
        ours.lines == [
          "info driver starts", "info migration starts: increment", "info migration is finished: increment",
          "info driver ends",
        ])
      #expect(!theirs.lines.contains { $0.hasSuffix(": increment") })
    }
  }

  @Test("shares a migration with another driver, each row once")
  func shares() async throws {
    try await SluiceDatabase.with(rows: 20000) { database in
      try await database.scheduleIncrement(workers: 4)
      let options = DriverOptions(workers: 2, pollInterval: .milliseconds(200))
      async let first = database.driver(options).runUntilIdle()
      async let second = database.driver(options).runUntilIdle()
      let outcomes = try await [first, second]
      #expect(outcomes.allSatisfy { $0.values.allSatisfy { $0.kind == .finished } })
      #expect(try await database.mistakes() == 0)
      let backends = try await database.number("select count(distinct backend_pid) from sluice.history")
      #expect(backends > 1)
    }
  }

  @Test("works by polling, when it is told not to listen")
  func polls() async throws {
    try await SluiceDatabase.with(rows: 500) { database in
      try await database.scheduleIncrement()
      let options = DriverOptions(pollInterval: .milliseconds(50), listen: false)
      let outcomes = try await database.driver(options).runUntilIdle()
      #expect(outcomes["increment"]?.kind == .finished)
      #expect(try await database.mistakes() == 0)
    }
  }

  struct Doubled: Migration {
    static let definition = Definition("doubled", target: "public.item") {
      Pending("n = 0")
      Update(set: "n = id * 2")
      Capture()
    }
  }

  @Test("installs a capture trigger before it walks, and cleanup removes it")
  func captures() async throws {
    try await SluiceDatabase.with(rows: 1000) { database in
      try await database.withClient { client in
        try await Doubled.define(on: client)
        try await client.schedule("doubled", immediately: true)
        let outcomes = try await database.driver().runUntilIdle()
        #expect(outcomes == ["doubled": MigrationOutcome(.finished)])
        try await database.asAuthor { try await $0.script("insert into item values (-1, 0), (-2, 7)") }
        #expect(try await database.number("select count(*) from item where n <> id * 2") == 1)
        #expect(try await database.number("select count(*) from sluice.captures where name = 'doubled'") == 1)
        try await client.cleanup("doubled")
        #expect(try await database.number("select count(*) from sluice.captures") == 0)
      }
    }
  }

  @Test("puts rows that cannot be migrated aside, and does all others")
  func poison() async throws {
    try await SluiceDatabase.with(rows: 2000) { database in
      try await database.asAuthor { author in
        try await author.script("alter table item add constraint small check (n = 0 or id not in (777, 1500))")
      }
      try await database.scheduleIncrement()
      let outcomes = try await database.driver().runUntilIdle()
      #expect(outcomes["increment"]?.kind == .failed || outcomes["increment"]?.kind == .finished)
      #expect(try await database.mistakes(except: [777, 1500]) == 0)
      let keys = try await database.asAuthor { author in
        try await author.query("select key::text, sqlstate, constraint_name from sluice.quarantined order by 1")
      }
      #expect(try keys.map { try $0.get("key", as: String.self) } == ["{1500}", "{777}"])
      #expect(try keys.allSatisfy { try $0.get("constraint_name", as: String?.self) == "small" })
    }
  }

  @Test("says of each migration why it is not finished")
  func outcomes() async throws {
    try await SluiceDatabase.with(rows: 200) { database in
      try await database.scheduleIncrement("done")
      try await database.scheduleIncrement("stopped")
      try await database.withClient { try await $0.pause("stopped") }
      try await database.scheduleIncrement("waiting", after: ["stopped"])
      try await database.asAuthor { author in
        try await author.script(
          "create table doomed as select generate_series(1, 10) as id; alter table doomed add primary key (id)")
      }
      var definition = Definition(
        "broken", target: "public.doomed", pending: "true", change: .delete(source: nil, match: nil))
      definition.pending = "id > 5"
      try await database.withClient { [definition] in try await $0.define(definition) }
      try await database.schedule("broken")
      try await database.asAuthor { try await $0.query("alter table doomed rename column id to number") }

      let outcomes = try await database.driver().runUntilIdle()
      #expect(outcomes["done"] == MigrationOutcome(.finished))
      #expect(outcomes["stopped"]?.kind == .paused)
      #expect(
        outcomes["waiting"] == MigrationOutcome(.blocked, reason: "stopped, which must be finished first, is paused"))
      #expect(outcomes["broken"]?.kind == .paused)
      #expect(outcomes["broken"]?.reason?.contains("42703") == true)
    }
  }

  @Test("that is to hurry passes over pauses and windows")
  func hurries() async throws {
    try await SluiceDatabase.with(rows: 1000) { database in
      try await database.scheduleIncrement()
      try await database.asOwner { owner in
        try await owner.script(
          """
          insert into sluice."window" (name, days, opens, closes)
          select 'another_day', array[extract(isodow from now() + interval '3 days')::integer], '00:00', '00:01';
          update sluice.schedule set immediately = false, during = '{another_day}', max_rate = 1
          """)
      }
      let options = DriverOptions(pollInterval: .milliseconds(100), immediately: true)
      let outcomes = try await database.driver(options).runUntilIdle()
      #expect(outcomes["increment"]?.kind == .finished)
      let mistakes = try await database.mistakes()
      #expect(mistakes == 0)
    }
  }

  @Test("that has nothing to do returns at once, with nothing")
  func nothing() async throws {
    try await SluiceDatabase.with { database in
      let outcomes = try await database.driver().runUntilIdle()
      #expect(outcomes.isEmpty)
    }
  }

  @Test("refuses a database without Sluice")
  func absent() async throws {
    try await TestDatabase.withDatabase(from: SluiceDatabase.empty) { database in
      let driver = SluiceDriver(
        configuration: database.configuration, options: DriverOptions(whenUnavailable: .fail), logger: .silent)
      await #expect { try await driver.run() } throws: { ($0 as? SluiceError)?.code == .schemaAbsent }
      await #expect { try await driver.runUntilIdle() } throws: { ($0 as? SluiceError)?.code == .schemaAbsent }
    }
  }
}
