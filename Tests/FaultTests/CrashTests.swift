import Foundation
import Glibc
import Postgres
import SluiceTesting
import Testing

extension FaultTests {
  /// Servers that crash.
  @Suite("A server", .timeLimit(.minutes(20)))
  struct CrashTests {
    /// Ways to crash.
    private enum Crash: String, CaseIterable {
      /// An immediate shutdown.
      case immediate = "stopped immediately"
      /// SIGKILL to the postmaster, and to what it leaves.
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
              try trial.fleet.fill(to: 2)
              try await pass(100...400, &random)
              let crash = Crash.allCases[tally.events % Crash.allCases.count]
              trial.timeline.end()
              switch crash {
              case .immediate: try await cluster.restart(.immediate)
              case .kill: try await cluster.restart(.kill)
              case .backend: try await killBackend(of: trial)
              }
              let recovery = Date()
              recoveries.append(recovery)
              trial.timeline.begin()
              tally.event(crash.rawValue)
              try await waitUntil("work goes on", within: .seconds(30)) {
                if trial.timeline.isFinished { return true }
                return try await trial.takeovers(after: [recovery]).count == 1
              }
            }
            tally.times("recovery", try await trial.takeovers(after: recoveries))
          }
        }
      }
      tally.report()
    }

    /// Kills a backend, and waits until the server has recovered.
    private func killBackend(of trial: Trial) async throws {
      let started = "select pg_postmaster_start_time()::text, pg_backend_pid()"
      let configuration = trial.database.administrator
      let victim = try await PostgresConnection.withConnection(configuration) { connection in
        try await connection.query(started).single().get(at: 1, as: Int32.self)
      }
      // The session is over; any other one will do, and the first to be found is as random as any.
      let pids = try await PostgresConnection.withConnection(configuration) { connection in
        try await connection.query(
          """
          select pid from pg_stat_activity
          where datname = current_database() and usename = 'author' and pid <> $1 order by random() limit 1
          """, [.integer(victim)]
        ).map { try $0.get(at: 0, as: Int32.self) }
      }
      for pid in pids {
        try await PostgresConnection.withConnection(configuration) { witness in
          _ = kill(pid, SIGKILL)
          try await waitUntil("every session has ended") { await witness.isClosed }
        }
      }
      try await waitUntil("the server has recovered", within: .seconds(30)) {
        (try? await PostgresConnection.withConnection(configuration) { try await $0.query("select 1").count }) == 1
      }
    }
  }
}
