import Foundation
import Postgres
import SluiceTesting
import Testing

extension FaultTests {
  /// What a driver needs and cannot have for a while: connections, locks, time.
  @Suite("A shortage", .timeLimit(.minutes(20)))
  struct ShortageTests {
    /// Ways to have no connection.
    private enum Refusal: String, CaseIterable {
      /// The role's limit is reached.
      case role = "role's limit reached"
      /// Every slot of the server is taken.
      case server = "max_connections reached"
    }

    @Test("of connections holds a run, with a reason, and no longer than it lasts")
    func connections() async throws {
      let tally = Tally("no connection to be had")
      var random = FaultRandom("connections")
      var options = ThrowawayCluster.Options()
      options.settings = ["max_connections": "30"]
      try await ThrowawayCluster.withCluster(options) { cluster in
        let server = FaultServer(cluster.configuration())
        while tally.events < FaultScale.of(4) {
          var workload = Workload.random(rows: 40_000, isImmediate: false, &random)
          workload.slowness = 0.01
          try await Trial.run(workload, tally, on: server) { trial in
            // What an idle run waits for is told after this time and two polls.
            try await trial.database.run("update sluice.policy set statement_timeout = '500 milliseconds'")
            try await trial.work { try await trial.batches() > 0 }
            var ends: [Date] = []
            while !trial.timeline.isFinished, tally.events < FaultScale.of(4) {
              let refusal = Refusal.allCases[tally.events % Refusal.allCases.count]
              try await refuse(refusal, trial)
              let end = Date()
              ends.append(end)
              tally.event(refusal.rawValue)
              try await trial.work { try await trial.hasBatch(after: end) }
            }
            tally.times("resumption", try await trial.takeovers(after: ends))
            try await trial.database.run(
              "update trouble set slowness = 0; update sluice.schedule set immediately = true")
          }
        }
      }
      // A driver that was refused asks again after 10 seconds at most.
      tally.limit("resumption", to: 10.5, slack: slack)
      tally.report()
    }

    @Test("of time, or of locks, makes a batch try again, and never the application", arguments: [false, true])
    func locks(isDeadlock: Bool) async throws {
      #expect(try await Baseline.violations().isEmpty)
      let tally = Tally(isDeadlock ? "deadlock with the application" : "row locked by the application")
      var random = FaultRandom("locks \(isDeadlock)")
      let count = FaultScale.of(10)
      while tally.events < count {
        let workload = Workload(rows: 20_000, workers: 2, isImmediate: false)
        try await Trial.run(workload, tally) { trial in
          // By default batches give up a lock before anybody looks for a deadlock; here they look first.
          let name = PostgresConnection.quote(trial.database.database.name)
          try await trial.database.run(
            isDeadlock
              ? """
              alter database \(name) set deadlock_timeout = '150ms';
              update sluice.policy set lock_timeout = '5 seconds'
              """ : "update sluice.policy set lock_timeout = '100 milliseconds'")
          try trial.fleet.fill(to: 2)
          try await PostgresConnection.withConnection(trial.database.administrator) { application in
            try await application.query("set deadlock_timeout = '60s'")
            while !trial.timeline.isFinished, tally.events < count {
              do {
                if try await meet(application, trial, isDeadlock: isDeadlock, &random) {
                  tally.event(isDeadlock ? "deadlock" : "lock")
                }
              } catch let error as PostgresError {
                tally.violations(["the application's transaction failed: \(error)"])
                try await application.query("rollback")
              }
            }
          }
          let state = isDeadlock ? "40P01" : "55P03"
          let failed = try await trial.number("select count(*) from sluice_internal.batch where sqlstate = '\(state)'")
          tally.event("batch ended by \(state)", failed)
          try await trial.database.run("update sluice.schedule set immediately = true")
        }
      }
      if tally.events(isDeadlock ? "batch ended by 40P01" : "batch ended by 55P03") == 0 {
        tally.violations(["no batch has met it"])
      }
      tally.report()
    }

    @Test("of time for a statement, and failed serializations, make a run try again, with a reason, while they last")
    func timeouts() async throws {
      let tally = Tally("timeouts and serialization failures")
      var random = FaultRandom("timeouts")
      for _ in 0..<FaultScale.of(2) {
        let workload = Workload.random(rows: 6_000, isImmediate: false, &random)
        try await Trial.run(workload, tally) { trial in
          try await trial.database.run(
            """
            update sluice.policy set statement_timeout = '200 milliseconds', first_retry_after = '100 milliseconds',
              last_retry_after = '200 milliseconds'
            """)
          try await trial.work { try await trial.batches() > 0 }
          for (kind, trouble, state) in [
            ("statement timeout", "slowness = 1", "57014"), ("serialization failure", "share = 1", "40001"),
          ] where !trial.timeline.isFinished {
            try await trial.database.run("update trouble set \(trouble)")
            try await waitUntil("the run says what it met", within: .seconds(60)) {
              try await trial.number(
                """
                select count(*) from sluice.progress p
                where p.attempts > 0 and p.last_error is not null
                  and exists (select from sluice_internal.lane l where l.state = 'active' and l.error_sqlstate = '\(state)')
                """) == 1
            }
            try await trial.database.run("update trouble set slowness = 0, share = 0")
            let end = Date()
            try await trial.work { try await trial.hasBatch(after: end) }
            tally.event(
              kind, try await trial.number("select count(*) from sluice_internal.batch where sqlstate = '\(state)'"))
            tally.times("resumption", try await trial.takeovers(after: [end]))
          }
          try await trial.database.run("update sluice.schedule set immediately = true")
        }
      }
      tally.limit("resumption", to: 0.9, slack: slack)
      tally.report()
    }

    /// Takes every connection away until the run says what it waits for.
    private func refuse(_ refusal: Refusal, _ trial: Trial) async throws {
      let configuration = trial.database.administrator
      let others = configuration.database("postgres").user("hog")
      try await PostgresConnection.withConnection(configuration) { connection in
        let kill = "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'author'"
        let drivers = "select count(*) from pg_stat_activity where usename = 'author'"
        var hogs: [PostgresConnection] = []
        switch refusal {
        case .role: try await connection.query("alter role author connection limit 0")
        case .server:
          try await connection.script(
            "do $$ begin create role hog login; exception when duplicate_object then null; end $$")
        }
        try await waitUntil("no driver has a connection", within: .seconds(60), every: .milliseconds(5)) {
          try await connection.query(kill)
          if refusal == .server {
            while let hog = try? await PostgresConnection.connect(others) { hogs.append(hog) }
          }
          return try await connection.query(drivers).single().get(at: 0, as: Int.self) == 0
        }
        // the last batch may have ended just before
        try await waitUntil("the run says that it waits", within: .seconds(60)) {
          try await connection.query(
            "select from sluice.progress where waiting_for is not null or state = 'finished'"
          ).count == 1
        }
        if refusal == .role { try await connection.query("alter role author connection limit -1") }
        for hog in hogs { await hog.close() }
      }
    }

    /// Locks a row ahead of a lane until a batch waits for it; then perhaps asks for a row that the batch has.
    ///
    /// - Returns: whether a batch has waited.
    private func meet(
      _ application: PostgresConnection, _ trial: Trial, isDeadlock: Bool, _ random: inout FaultRandom
    ) async throws -> Bool {
      try await application.query("begin")
      let row = try await application.query(
        """
        select id from item where id = (select max(item_id) + 100 from ledger) for update
        """
      ).first
      guard let row else {
        try await application.query("rollback")
        try await pass(5...10, &random)
        return false
      }
      let id = try row.get(at: 0, as: Int.self)
      var isMet = false
      try await waitUntil("a batch waits for the row", within: .seconds(60), every: .milliseconds(2)) {
        isMet =
          try await application.query("select from pg_locks where not granted and pid <> pg_backend_pid()").count > 0
        return isMet || trial.timeline.isFinished
      }
      if isMet, isDeadlock {
        _ = try await application.query("select from item where id = $1 for update", [.integer(id - 1)])
      } else if isMet {
        try await waitUntil("no batch waits any more", within: .seconds(60), every: .milliseconds(2)) {
          try await application.query("select from pg_locks where not granted and pid <> pg_backend_pid()").isEmpty
        }
      }
      try await application.query("commit")
      return isMet
    }
  }
}
