import Foundation
import Logging
import Postgres
import SluiceSchema
import SluiceTesting
import Testing

@testable import Sluice

extension FaultTests {
  /// Drivers and schemas of different versions.
  @Suite("A version", .timeLimit(.minutes(20)))
  struct VersionTests {
    /// Exit code of the program for a schema that is not its own.
    private static let mismatch: Int32 = 73

    @Test("of the schema that is not the driver's is refused, and nothing is changed or left; all pairs")
    func pairs() async throws {
      let tally = Tally("driver and schema of two versions")
      let versions = [SchemaSource.older, .embedded, .newer]
      for schema in versions {
        for driver in versions {
          try await FaultDatabase.with(Workload(rows: 500)) { database in
            try await database.schedule()
            try await give(database, schema)
            let found: [String]
            if driver.version == schema.version {
              found = try await finishes(database, driver)
            } else {
              found = try await refuses(database, driver, schema)
            }
            tally.event("driver \(driver.version), schema \(schema.version)")
            tally.violations(found.map { "driver \(driver.version), schema \(schema.version): \($0)" })
            tally.run(samples: 1)
          }
        }
      }
      tally.report()
    }

    @Test("that comes in the middle of a run ends the drivers of the former one, and new ones go on")
    func upgrade() async throws {
      let tally = Tally("schema upgraded in mid-run")
      var random = FaultRandom("upgrades")
      for _ in 0..<FaultScale.of(2) {
        var workload = Workload.random(rows: 20_000, &random)
        workload.slowness = 0.05
        try await FaultDatabase.with(workload) { database in
          try await database.schedule()
          let fleet = Fleet(database.author)
          do {
            try fleet.fill(to: 2)
            let drivers = fleet.living
            try await waitUntil("they work") {
              try await number(database, "select count(*) from sluice_internal.batch") > 10
            }
            try await SchemaInstaller(source: .newer).install(on: database.administrator.user("sluice_owner"))
            let upgraded = Date()
            try await database.run("update trouble set slowness = 0")
            tally.event("upgraded")
            for driver in drivers {
              let code = await driver.wait()
              tally.times("end", [(driver.endedAt ?? Date()).timeIntervalSince(upgraded)])
              if code != Self.mismatch { tally.violations(["a driver ended with \(code)"]) }
            }
            tally.violations(try await Checker(database: database).residue())
            let left = try await number(database, "select count(*) from item where n = 0")
            if left == 0 { tally.violations(["the run was over before the upgrade"]) }
            tally.violations(try await finishes(database, .newer))
            tally.run(samples: 1)
          } catch {
            await fleet.killAll()
            throw error
          }
        }
      }
      tally.limit("end", to: 5, slack: slack)
      tally.report()
    }

    /// Gives a database another version of the schema, where it has this one.
    private func give(_ database: FaultDatabase, _ schema: SchemaSource) async throws {
      let owner = database.administrator.user("sluice_owner")
      if schema.version > SchemaSource.embedded.version {
        try await SchemaInstaller(source: schema).install(on: owner)
      } else {
        let version = try #require(schema.files.first { $0.path == "core/version.sql" })
        try await PostgresConnection.withConnection(owner) { _ = try await $0.script(version.sql) }
      }
      #expect(try await SchemaInstaller(source: schema).status(on: owner) == .current(schema.version))
    }

    private func service(_ database: FaultDatabase, _ schema: SchemaSource) -> SluiceDriver {
      let silent = Logger(label: "driver") { _ in SwiftLogNoOpLogHandler() }
      let options = DriverOptions(workers: 2, pollInterval: .milliseconds(200), whenUnavailable: .fail)
      return SluiceDriver(configuration: database.author, options: options, logger: silent, schema: schema)
    }

    /// What is wrong when a driver of the schema's version runs.
    private func finishes(_ database: FaultDatabase, _ schema: SchemaSource) async throws -> [String] {
      let outcomes = try await service(database, schema).runUntilIdle()
      var found: [String] = []
      if outcomes[FaultDatabase.migration]?.kind != .finished { found.append("it ended with \(outcomes)") }
      let checker = Checker(database: database)
      return try await found + checker.residue() + checker.violations()
    }

    /// What is wrong when a driver of another version is started, in this process, or, of this version, as the program.
    private func refuses(
      _ database: FaultDatabase, _ driver: SchemaSource, _ schema: SchemaSource
    ) async throws -> [String] {
      let before = try await contents(database)
      var found: [String] = []
      let expected: SluiceError.Code = schema.version > driver.version ? .schemaNewer : .schemaOlder
      do {
        try await service(database, driver).run()
        found.append("the driver ran")
      } catch let error as SluiceError {
        if error.code != expected { found.append("the driver said \(error)") }
      }
      if driver.version == SchemaSource.embedded.version {
        for arguments in [[], ["--until-idle"], ["--until-idle", "--immediately"], ["--no-listen"]] {
          let process = try DriverProcess.start(database.author, arguments: arguments)
          let code = await process.wait()
          if code != Self.mismatch { found.append("sluice run \(arguments) ended with \(code)") }
        }
      }
      if try await contents(database) != before { found.append("something was changed") }
      return try await found + Checker(database: database).residue()
    }

    /// Everything that a driver might change, as text.
    private func contents(_ database: FaultDatabase) async throws -> String {
      let tables = [
        "item", "ledger", "sluice_internal.migration", "sluice.schedule", "sluice_internal.lane",
        "sluice_internal.batch", "sluice_internal.event", "sluice.policy",
        "sluice_internal.installation", "sluice_internal.outage", "sluice_internal.quarantine",
        "sluice_internal.upkeep",
      ]
      let parts = tables.map { "(select coalesce(string_agg(t::text, ' ' order by t::text), '') from \($0) t)" }
      return try await PostgresConnection.withConnection(database.administrator) { connection in
        try await connection.query("select concat_ws('; ', \(parts.joined(separator: ", ")))").single().get(at: 0)
      }
    }

    private func number(_ database: FaultDatabase, _ sql: String) async throws -> Int {
      try await PostgresConnection.withConnection(database.administrator) {
        try await $0.query(sql).single().get(at: 0)
      }
    }
  }
}
