import Foundation
import Postgres
import SluiceTesting
import SystemC
import Testing

extension FaultTests {
  /// Servers that crash.
  @Suite("A server", .timeLimit(.minutes(20)))
  struct CrashTests {
    /// Ways to crash.
    private enum Crash: String, CaseIterable {
      /// An immediate shutdown.
      case immediate = "stopped immediately"
      /// SIGKILL to the postmaster and all of its processes.
      case kill = "killed"
      /// SIGKILL to a backend, after which the postmaster restarts everything.
      case backend = "backend killed"
    }

    @Test("that crashes loses the last batches with their cursors, or neither")
    func crashes() async throws {
      let tally = Tally("durable server crashed")
      var random = FaultRandom("crashes")
      var options = ThrowawayCluster.Options()
      options.isDurable = true
      try await ThrowawayCluster.withCluster(options) { cluster in
        let server = FaultServer(cluster.configuration())
        while tally.events < FaultScale.of(6) {
          let workload = Workload.random(rows: 40_000, &random)
          try await Trial.run(workload, tally, on: server) { trial in
            var recoveries: [Date] = []
            while !trial.timeline.isFinished, tally.events < FaultScale.of(6) {
              try await trial.work { try await trial.batches() > 0 }
              try await pass(100...400, &random)
              let crash = Crash.allCases[tally.events % Crash.allCases.count]
              trial.timeline.end()
              switch crash {
              case .immediate: try await cluster.restart(.immediate)
              case .kill: try await cluster.restart(.kill)
              case .backend: try await trial.crashBackend()
              }
              let recovery = Date()
              recoveries.append(recovery)
              trial.timeline.begin()
              tally.event(crash.rawValue)
              try await trial.work { try await trial.hasBatch(after: recovery) }
            }
            tally.times("recovery", try await trial.takeovers(after: recoveries))
          }
        }
      }
      tally.report()
    }

    @Test("that crashes forgets batches that were committed, each with its rows, its cursor and its history")
    func asynchronousCommit() async throws {
      var options = ThrowawayCluster.Options()
      options.isDurable = true
      options.settings = ["autovacuum": "off"]
      try await ThrowawayCluster.withCluster(options) { cluster in
        let server = FaultServer(cluster.configuration())
        try await TestDatabase.withDatabase(from: server.template, on: server.configuration) { database in
          var author = database.configuration
          author.overrides["user"] = "author"
          let counts = """
            select (select coalesce(sum(n), 0) from item)::integer,
              (select coalesce(sum(rows_changed), 0) from sluice.history)::integer,
              (select coalesce(max(cursor[1]::integer), 0) from sluice.lanes),
              (select rows_changed from sluice.progress('crash'))::integer
            """
          func count() async throws -> [Int] {
            try await PostgresConnection.withConnection(author) { connection in
              let row = try await connection.query(counts).single()
              return try (0..<4).map { try row.get(at: $0, as: Int.self) }
            }
          }
          var administrator = database.configuration
          administrator.overrides["user"] = "sluice_owner"
          try await PostgresConnection.withConnection(administrator) { try await $0.query("select sluice.adopt()") }
          let walWriter = try await PostgresConnection.withConnection(database.configuration) { connection in
            try await connection.query("select pid from pg_stat_activity where backend_type = 'walwriter'").single()
              .get(at: 0, as: Int32.self)
          }
          try await PostgresConnection.withConnection(author) { connection in
            try await connection.script(
              """
              insert into item select generate_series(1, 20000);
              select sluice.define('crash', 'item', set => 'n = n + 1', min_batch => 10, max_batch => 10);
              """)
            try await connection.query("select from sluice.schedule('crash', immediately => true)")
            // from here on nothing is written that is not committed synchronously
            kill(walWriter, SIGSTOP)
            for _ in 1...200 { try await connection.query("select sluice_internal.run_one()") }
          }
          let before = try await count()
          try await cluster.restart(.kill)
          let after = try await count()
          #expect(before[0] >= 1900)
          #expect(Set(before).count == 1)
          #expect(after[0] < before[0], "nothing was lost, so nothing was shown")
          #expect(Set(after).count == 1)
          let finished = try await PostgresConnection.withConnection(author) { connection in
            try await connection.query("call sluice.work('10 minutes', until_idle => true)")
            return try await connection.query("select sluice.finished('crash')").single().get(at: 0, as: Bool.self)
          }
          #expect(finished)
          #expect(try await count()[0] == 20_000)
        }
      }
    }
  }
}
