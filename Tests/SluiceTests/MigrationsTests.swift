import Postgres
import Sluice
import Testing

/// The migrations of an application, and what the database knows of them.
@Suite("A collection of migrations", .timeLimit(.minutes(5)))
struct MigrationsTests {
  struct Third: Migration {
    static let definition = Definition("third", target: "public.item") {
      Pending("n = 2")
      Update(set: "n = 3")
      After(Second.self)
    }
  }

  struct Second: Migration {
    static let definition = Definition("second", target: "public.item") {
      Pending("n = 1")
      Update(set: "n = 2")
      After(First.self)
    }
  }

  struct First: Migration {
    static let definition = Definition("first", target: "public.item") {
      Pending("n = 0")
      Update(set: "n = 1")
      Batch(time: .milliseconds(20))
    }
  }

  let migrations = Migrations(Third.self, Second.self, First.self)

  @Test("is defined in the order of its dependencies, and then there is no drift")
  func defines() async throws {
    try await SluiceDatabase.with { database in
      try await database.withClient { client in
        let before = try await migrations.drift(on: client)
        #expect(before.onlyInCode == ["third", "second", "first"] && before.different.isEmpty)
        await #expect { try await migrations.requireNoDrift(on: client) } throws: {
          let error = $0 as? SluiceError
          return error?.code == .definitionsDiffer && error?.detail?.contains("second: only in code") == true
        }
        try await migrations.define(on: client)
        let names = try await client.definitions().sorted { $0.definedAt < $1.definedAt }.map(\.name)
        #expect(names == ["first", "second", "third"])
        try await migrations.requireNoDrift(on: client)
        let after = try await migrations.drift(on: client)
        #expect(after.isNone && after.onlyInDatabase.isEmpty)
      }
    }
  }

  @Test("says which arguments differ, and what only the database knows")
  func drifts() async throws {
    try await SluiceDatabase.with { database in
      try await database.withClient { client in
        try await migrations.define(on: client)
        var changed = First.definition
        changed.change = .update(set: "n = 10", source: nil, match: nil)
        changed.maxBatch = 50
        let drift = try await Migrations([changed, Second.definition]).drift(on: client)
        #expect(drift.onlyInCode.isEmpty && drift.onlyInDatabase.map(\.name) == ["third"])
        #expect(drift.different.map(\.name) == ["first"] && drift.different.first?.state == "defined")
        #expect(
          drift.different.first?.differences.map(\.description) == [
            "max_batch is 50 in code, not given in the database",
            "set is \"n = 10\" in code, \"n = 1\" in the database",
          ])
        #expect(drift.error?.detail?.hasPrefix("first: max_batch is 50 in code, not given in the database; ") == true)
      }
    }
  }

  @Test("does not take a definition in SQL that says the same for another one")
  func agreesWithSQL() async throws {
    try await SluiceDatabase.with { database in
      try await database.asAuthor { author in
        try await author.query(
          """
          select sluice.define('first', 'item',
            pending    => '
              n = 0',
            set        => 'n  =  1',
            batch_time => '0.02 seconds', walk => 'auto')
          """)
      }
      try await database.withClient { try await Migrations(First.self).requireNoDrift(on: $0) }
    }
  }

  @Test("that waits for itself is refused before anything is defined")
  func circle() async throws {
    try await SluiceDatabase.with { database in
      var first = First.definition
      first.after = ["third"]
      try await database.withClient { [first] client in
        await #expect {
          try await Migrations([first, Second.definition, Third.definition]).define(on: client)
        } throws: {
          ($0 as? SluiceError)?.code == .invalidArgument
        }
        let defined = try await client.definitions()
        #expect(defined.isEmpty)
      }
    }
  }

  @Test("is finished here and now, wherever it stands, while others keep their pace")
  func finishes() async throws {
    try await SluiceDatabase.with(rows: 1000) { database in
      try await database.scheduleIncrement("other")
      try await database.withClient { client in
        try await client.pause("other")
        try await First.cleanup(on: client)
        await #expect { try await migrations.assertFinished(on: client) } throws: {
          ($0 as? SluiceError)?.code == .unknownMigration
        }
        try await migrations.finish(workers: 2, on: client)
        try await migrations.assertFinished(on: client)
        try await migrations.finish(on: client)
        try await migrations.cleanUp(on: client)
        let other = try await client.progress(of: "other")
        #expect(other.state == "paused")
      }
      let wrong = try await database.number("select count(*) from item where n <> 3")
      #expect(wrong == 0)
    }
  }

  @Test("that cannot be finished says of each why")
  func cannotFinish() async throws {
    try await SluiceDatabase.with(rows: 100) { database in
      try await database.asAuthor { author in
        try await author.script("alter table item add constraint small check (n <> 2 or id <> 7)")
      }
      try await database.withClient { client in
        await #expect { try await migrations.finish(on: client) } throws: {
          let error = $0 as? SluiceError
          return error?.code == .notFinished && error?.message == "2 of 3 migrations are not finished"
            && error?.detail?.hasPrefix("second is failed: 1 row(s) are quarantined") == true
            && error?.detail?.contains("third is scheduled: after second") == true
        }
      }
    }
  }
}
