import Foundation
import Postgres
import SluiceTesting
import Testing

extension FaultTests {
  /// Copies of a database that are made in the middle of a run.
  @Suite("A copy", .timeLimit(.minutes(20)))
  struct CopyTests {
    @Test("restored on another server from a dump in mid-run is paused until it is adopted; both finish once")
    func dump() async throws {
      let tally = Tally("dump in mid-run, restored elsewhere")
      var random = FaultRandom("dumps")
      try await ThrowawayCluster.withCluster { cluster in
        let elsewhere = cluster.configuration()
        try await PostgresConnection.withConnection(elsewhere) { connection in
          try await connection.script("create role sluice_owner login; create role author login")
        }
        for _ in 0..<FaultScale.of(1) {
          try await copy(tally, Workload.random(rows: 16_000, &random)) { trial in
            let name = trial.database.database.name
            let file = "\(cluster.directory)/\(name).sql"
            try await run(["pg_dump", "--file", file, name], on: [:])
            tally.event("dumped and restored")
            let copy = trial.database.database.on(elsewhere)
            try await PostgresConnection.withConnection(elsewhere) { connection in
              try await connection.query("create database \(PostgresConnection.quote(name)) owner sluice_owner")
            }
            try await run(
              ["psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--file", file, "--dbname", name],
              on: cluster.environment)
            return copy
          }
        }
      }
      tally.report()
    }

    @Test("made in mid-run by CREATE DATABASE ... TEMPLATE is paused until it is adopted; both finish once")
    func template() async throws {
      let tally = Tally("template copy in mid-run")
      var random = FaultRandom("templates")
      for _ in 0..<FaultScale.of(1) {
        try await copy(tally, Workload.random(rows: 16_000, &random)) { trial in
          let database = trial.database.database
          let name = PostgresConnection.quote(database.name)
          return try await PostgresConnection.withConnection(FaultServer.environment.configuration) { connection in
            // Nobody may be connected to what is copied; the drivers live on meanwhile.
            try await connection.query("alter database \(name) allow_connections false")
            try await connection.query(
              "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [.text(database.name)])
            let copy = try await database.copy()
            try await connection.query("alter database \(name) allow_connections true")
            tally.event("copied")
            return copy
          }
        }
      }
      tally.report()
    }

    /// Runs a workload, copies its database in the middle, and finishes both.
    private func copy(
      _ tally: Tally, _ given: Workload, _ make: (Trial) async throws -> TestDatabase
    ) async throws {
      var workload = given
      workload.slowness = 0.1
      try await Trial.run(workload, tally) { trial in
        try await trial.work { try await trial.batches() > 5 }
        let copy = FaultDatabase(database: try await make(trial), workload: workload)
        try await trial.database.run("update trouble set slowness = 0")
        do {
          try await adopt(copy, trial)
          try await copy.database.drop()
        } catch {
          try? await copy.database.drop()
          throw error
        }
      }
    }

    /// Lets drivers come to the copy, which give it nothing; then adopts it and lets it finish.
    private func adopt(_ copy: FaultDatabase, _ trial: Trial) async throws {
      let fleet = Fleet(copy.author)
      let copied = Trial(database: copy, timeline: Timeline(copy), fleet: fleet, tally: trial.tally, pooler: nil)
      let changes = "select count(*) from ledger"
      let before = try await copied.number(changes)
      let wanted = try await copied.number("select count(*) from truth where is_selected")
      if before == 0 || before >= wanted {
        trial.tally.violations(["the copy was made of \(before) of \(wanted) rows"])
      }
      do {
        try fleet.fill(to: 2)
        try await waitUntil("four workers have asked for work in vain") {
          try await copied.number(Self.idleWorkers) == 4
        }
        if try await copied.number(changes) != before {
          trial.tally.violations(["a copy that is not adopted was changed"])
        }
        let told = "select count(*) from sluice.stuck where problem = 'not_adopted'"
        if try await copied.number(told) != 1 {
          trial.tally.violations(["nothing says that the copy is to be adopted"])
        }
        try await PostgresConnection.withConnection(copy.administrator.user("sluice_owner")) { connection in
          _ = try await connection.query("select sluice.adopt()")
        }
        try await copy.run("update trouble set slowness = 0")
        trial.tally.event("adopted")
        try await waitUntil("the copy is finished", within: .seconds(300)) {
          try await copied.number("select count(*) from sluice_internal.migration where state = 'finished'") == 1
        }
        let codes = await fleet.stopAll()
        if codes != [0, 0] { trial.tally.violations(["drivers of the copy ended with \(codes)"]) }
        let checker = Checker(database: copy)
        let found = try await checker.residue() + checker.violations()
        trial.tally.violations(found.map { "in the copy: \($0)" })
      } catch {
        await fleet.killAll()
        throw error
      }
    }

    private static let idleWorkers = """
      select count(*) from pg_stat_activity
      where datname = current_database() and application_name = 'sluice worker' and state = 'idle' and query = 'commit'
      """

    /// Runs a program of the server as the superuser.
    private func run(_ command: [String], on server: [String: String]) async throws {
      let environment = ProcessInfo.processInfo.environment.merging(server) { $1 }
      let path = try ServerPrograms().path(command[0])
      let output = "\(NSTemporaryDirectory())sluice-copy-\(UUID().uuidString)"
      defer { try? FileManager.default.removeItem(atPath: output) }
      let status = try await ChildProcess([path] + command.dropFirst(), environment: environment, output: output).wait()
      if status != 0 {
        let told = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
        throw TestingError("\(command[0]) failed with exit code \(status):\n\(told.suffix(4_000))")
      }
    }
  }
}
