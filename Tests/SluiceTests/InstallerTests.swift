import Logging
import Postgres
import SluiceTesting
import Testing

@testable import Sluice

/// Installation, upgrade and removal of the schema.
@Suite("The installer", .timeLimit(.minutes(5)))
struct InstallerTests {
  private func withEmptyDatabase(_ body: (PostgresConfiguration) async throws -> Void) async throws {
    try await TestDatabase.withDatabase(from: SluiceDatabase.empty) { database in
      try await PostgresConnection.withConnection(database.configuration) { connection in
        let name = PostgresConnection.quote(database.name)
        try await connection.query("grant create on database \(name) to sluice_owner")
      }
      try await body(database.configuration.user("sluice_owner"))
    }
  }

  @Test("installs once, and then finds nothing to do")
  func installs() async throws {
    try await withEmptyDatabase { owner in
      let installer = SchemaInstaller()
      let before = try await installer.status(on: owner)
      #expect(before == .absent)
      let first = try await installer.install(on: owner)
      #expect(first == .installed(SchemaSource.embedded.version))
      let second = try await installer.install(on: owner)
      #expect(second == .none)
      let after = try await installer.status(on: owner)
      #expect(after == .current(SchemaSource.embedded.version))
    }
  }

  @Test("is safe when several run at once")
  func together() async throws {
    try await withEmptyDatabase { owner in
      let changes = try await withThrowingTaskGroup(of: SchemaChange.self) { group in
        for _ in 1...6 { group.addTask { try await SchemaInstaller().install(on: owner) } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(changes.filter { $0 == .none }.count == 5 && changes.count == 6)
    }
  }

  @Test("leaves nothing behind when a file is refused, and says which")
  func refusedFile() async throws {
    try await withEmptyDatabase { owner in
      var source = SchemaSource.embedded
      source.files.append(SchemaFile(path: "made/up.sql", sql: "select nonsense"))
      let installer = SchemaInstaller(source: source)
      await #expect { try await installer.install(on: owner) } throws: { error in
        let error = error as? SluiceError
        return error?.sqlState == "42703" && error?.message.hasPrefix("sql/made/up.sql: ") == true
      }
      let status = try await installer.status(on: owner)
      #expect(status == .absent)
    }
  }

  @Test("upgrades to the same catalog as a fresh installation has")
  func sameCatalog() async throws {
    try await withEmptyDatabase { upgraded in
      try await withEmptyDatabase { fresh in
        try await SchemaInstaller().install(on: upgraded)
        let old = try await catalog(of: upgraded)
        let change = try await SchemaInstaller(source: .next).install(on: upgraded)
        #expect(change == .upgraded(from: SchemaSource.embedded.version, to: "99.0.0"))
        try await SchemaInstaller(source: .next).install(on: fresh)
        let (left, right) = (try await catalog(of: upgraded), try await catalog(of: fresh))
        #expect(left == right)
        #expect(left != old && !left.isEmpty)
      }
    }
  }

  @Test("refuses a newer schema, and so does the driver")
  func newer() async throws {
    try await withEmptyDatabase { owner in
      try await SchemaInstaller(source: .next).install(on: owner)
      await #expect { try await SchemaInstaller().install(on: owner) } throws: { error in
        let error = error as? SluiceError
        return error?.code == .schemaNewer && error?.sqlState == "SL030" && error?.hint?.contains("99.0.0") == true
      }
      let driver = SluiceDriver(configuration: owner, options: DriverOptions(whenUnavailable: .fail), logger: .silent)
      await #expect { try await driver.run() } throws: { ($0 as? SluiceError)?.code == .schemaNewer }
    }
  }

  @Test("refuses to touch a schema of this name that is not Sluice's")
  func foreign() async throws {
    try await withEmptyDatabase { owner in
      try await PostgresConnection.withConnection(owner) { try await $0.query("create schema sluice") }
      await #expect { try await SchemaInstaller().install(on: owner) } throws: {
        ($0 as? SluiceError)?.code == .schemaForeign
      }
    }
  }

  @Test("upgrades in the middle of a run: the old driver stops, a new one goes on")
  func midRun() async throws {
    try await SluiceDatabase.with(rows: 50000) { database in
      try await database.scheduleIncrement(workers: 2)
      let options = DriverOptions(workers: 2, pollInterval: .milliseconds(200), whenUnavailable: .fail)
      let driver = database.driver(options)
      let old = Task { try await driver.run() }
      try await waitUntil("batches were run") {
        try await database.number("select count(*) from sluice.history") > 10
      }
      try await SchemaInstaller(source: .next).install(on: database.owner)
      await #expect { try await old.value } throws: { ($0 as? SluiceError)?.code == .schemaNewer }
      let batches = try await database.number("select count(*) from sluice.history")
      #expect(batches < 500)

      let new = SluiceDriver(configuration: database.author, options: options, logger: .silent, schema: .next)
      let outcomes = try await new.runUntilIdle()
      #expect(outcomes["increment"]?.kind == .finished)
      let mistakes = try await database.mistakes()
      #expect(mistakes == 0)
      let events = try await database.number("select count(*) from sluice.events where kind = 'upgraded'")
      #expect(events == 1)
      let failures = try await database.number("select count(*) from sluice.history where outcome = 'failed'")
      #expect(failures == 0)
    }
  }

  @Test("removes capture triggers, or nothing while there is one that the role may not remove")
  func uninstallsCaptures() async throws {
    try await SluiceDatabase.with(rows: 10) { database in
      try await database.asAuthor { author in
        try await author.script(
          """
          select sluice.define('doubled', 'item', pending => 'n = 0', set => 'n = 1', capture => true);
          select sluice.schedule('doubled', immediately => true);
          select sluice_internal.run_one('doubled');
          """)
      }
      await #expect { try await SchemaInstaller().uninstall(on: database.owner, force: true) } throws: { error in
        let error = error as? SluiceError
        return error?.code == .migrationsRunning
          && error?.hint?.hasPrefix("As \"author\": drop function public.sluice_capture_1_") == true
      }
      #expect(try await database.number("select count(*) from sluice.captures") == 1)
      try await database.asAuthor { author in
        try await author.query("update item set n = 1")
        try await author.query("call sluice.work(until_idle => true)")
      }
      await #expect { try await SchemaInstaller().uninstall(on: database.owner) } throws: { error in
        let error = error as? SluiceError
        return error?.message.contains("of migration \"doubled\"") == true
          && error?.hint == "As \"author\": sluice cleanup doubled"
      }
      var installer = SchemaInstaller()
      installer.trustedOwner = "sluice_owner"
      try await installer.uninstall(on: database.administrator, force: true)
      let left = try await database.asAuthor { author in
        try await author.query("select from pg_proc where proname ~ '^sluice_capture_'")
      }
      #expect(left.isEmpty)
    }
  }

  @Test("removes nothing while migrations run, unless it is forced")
  func uninstalls() async throws {
    try await SluiceDatabase.with(rows: 10) { database in
      try await database.scheduleIncrement()
      await #expect { try await SchemaInstaller().uninstall(on: database.owner) } throws: { error in
        let error = error as? SluiceError
        return error?.code == .migrationsRunning && error?.detail?.contains("increment") == true
      }
      let wasThere = try await SchemaInstaller().uninstall(on: database.owner, force: true)
      #expect(wasThere)
      let status = try await SchemaInstaller().status(on: database.owner)
      #expect(status == .absent)
      let again = try await SchemaInstaller().uninstall(on: database.owner)
      #expect(!again)
    }
  }
}
