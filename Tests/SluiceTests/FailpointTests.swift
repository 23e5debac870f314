import FoundationEssentials
import Postgres
import Sluice
import SluiceTesting
import SystemC
import Testing

/// Driver that is killed with SIGKILL at each step of a batch; the body is not idempotent.
@Suite("A driver that is killed", .timeLimit(.minutes(5)))
struct FailpointTests {
  @Test(
    "leaves each row changed once or not at all, and another goes on",
    arguments: [
      "before_claim:3", "after_claim:3", "after_run:3", "before_commit:3", "after_commit:3", "before_fail",
      "after_fail",
    ])
  func killed(_ failpoint: String) async throws {
    try await SluiceDatabase.with(rows: 2000) { database in
      try await mark(database)
      try await database.asAuthor { author in
        try await author.script("alter table item add constraint small check (n = 0 or id <> 777)")
      }
      try await database.scheduleIncrement()
      let exitCode = try await run(database, failpoint: failpoint)
      #expect(exitCode == 128 + SIGKILL)
      let unfinished = try await database.number("select count(*) from sluice.progress where state <> 'finished'")
      #expect(unfinished == 1)

      _ = try await database.driver().runUntilIdle()
      let mistakes = try await database.mistakes(except: [777])
      #expect(mistakes == 0)
      let counted = try await database.number(
        "select rows_changed - (select count(*) from ledger) from sluice.progress")
      #expect(counted == 0)
    }
  }

  @Test(
    "inside a handler's batch leaves each row changed once or not at all, and another goes on",
    arguments: ["after_claim:3", "after_run:3", "before_commit:3", "after_commit:3", "before_fail", "after_fail"])
  func killedWithHandler(_ failpoint: String) async throws {
    try await SluiceDatabase.with(rows: 1000) { database in
      try await mark(database)
      try await database.asAuthor { author in
        try await author.script("alter table item add constraint small check (n = 0 or id <> 777)")
      }
      var definition = Definition(
        "increment_in_swift", target: "public.item", pending: "true", change: .handler("increment_in_swift"))
      definition.minBatch = 1
      definition.maxBatch = 100
      try await database.withClient { [definition] in try await $0.define(definition) }
      try await database.schedule("increment_in_swift")
      #expect(try await run(database, failpoint: failpoint) == 128 + SIGKILL)
      #expect(try await run(database, failpoint: "none") == 0)
      #expect(try await database.mistakes(except: [777]) == 0)
      let counted = try await database.number(
        "select rows_changed - (select count(*) from ledger) from sluice.progress")
      #expect(counted == 0)
    }
  }

  @Test("is not, where the database is not marked as one for tests")
  func unmarked() async throws {
    try await SluiceDatabase.with(rows: 200) { database in
      try await database.scheduleIncrement()
      let exitCode = try await run(database, failpoint: "after_claim")
      #expect(exitCode == 0)
      let mistakes = try await database.mistakes()
      #expect(mistakes == 0)
    }
  }

  private func mark(_ database: SluiceDatabase) async throws {
    try await PostgresConnection.withConnection(database.administrator) { administrator in
      let name = PostgresConnection.quote(database.database.name)
      try await administrator.query("alter database \(name) set sluice.test_database = 'on'")
    }
  }

  /// Runs a driver as a process of its own, to its end.
  private func run(_ database: SluiceDatabase, failpoint: String) async throws -> Int32 {
    let program = try builtProducts() + "/DriverProgram"
    var environment = ProcessInfo.processInfo.environment
    environment["SLUICE_FAILPOINT"] = failpoint
    let connection = "dbname='\(database.database.name)' user=author"
    return try await ChildProcess([program, connection], environment: environment, output: "/dev/null").wait()
  }
}
