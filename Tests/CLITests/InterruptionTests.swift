import Foundation
import Postgres
import SluiceTesting
import Testing

/// An interruption is never taken for the end.
@Suite(.timeLimit(.minutes(5))) struct InterruptionTests {
  /// Schedules the migration so that it takes a minute, and waits until it has begun.
  private func schedule(_ connection: PostgresConnection) async throws {
    try await connection.script(
      "insert into sluice.schedule (migration, max_rate) values ('fill_total', 100)")
  }

  private func waitForStart(_ connection: PostgresConnection) async throws {
    try await waitUntil("a worker has done rows") {
      try await !connection.query(
        """
        select from sluice.progress, pg_stat_activity
        where rows_done > 0 and progress.state = 'running'
          and datname = current_database() and application_name = 'sluice worker'
        """
      ).isEmpty
    }
  }

  @Test("run --until-idle that is stopped half-way ends with 130 and what is left", arguments: [SIGINT, SIGTERM])
  func stopsRun(signal: Int32) async throws {
    try await Shop.withMigration { program, connection in
      try await schedule(connection)
      let ending = try await program.interrupt("run", "--until-idle", "--log-level", "error", by: signal) {
        try await waitForStart(connection)
      }
      #expect(ending.status == 130)
      #expect(ending.output.contains(#/^fill_total  interrupted: running, [0-9.]+ %, about [0-9,]+ rows remain\n$/#))
      let json = try await program.interrupt("run", "--until-idle", "--json", by: signal) {
        try await waitForStart(connection)
      }
      #expect(json.status == 130)
      let outcomes = try #require(try json.json()["outcomes"] as? [[String: Any]])
      #expect(outcomes.map { $0["outcome"] as? String } == ["interrupted"])
      #expect((outcomes.first?["reason"] as? String)?.hasPrefix("running, ") == true)
    }
  }

  @Test("run that serves until it is stopped ends with 0")
  func stopsService() async throws {
    try await Shop.withMigration { program, connection in
      try await schedule(connection)
      let ending = try await program.interrupt("run", by: SIGTERM) { try await waitForStart(connection) }
      #expect(ending.status == 0)
    }
  }

  @Test(
    "cleanup, and ensure --finish, end with 130 and what is left, and stop in the server, too",
    arguments: [["cleanup", "fill_total"], ["ensure", "fill_total", "--finish"]], [SIGINT, SIGTERM])
  func stopsCleanup(arguments: [String], signal: Int32) async throws {
    try await Shop.withMigration { program, connection in
      try await PostgresConnection.withConnection(connection.configuration) { writer in
        try await writer.script("begin; update orders set cents = cents where id = 2500")
        let called = """
          select from pg_stat_activity
          where datname = current_database() and query like 'call sluice.cleanup%' and state <> 'idle'
          """
        let waits: @Sendable () async throws -> Void = {
          try await waitUntil("cleanup waits for the row") {
            try await !connection.query("\(called) and wait_event_type in ('Lock', 'Timeout')").isEmpty
          }
        }
        let ending =
          arguments.count == 2
          ? try await program.interrupt(arguments[0], arguments[1], by: signal, when: waits)
          : try await program.interrupt(arguments[0], arguments[1], arguments[2], by: signal, when: waits)
        #expect(ending.status == 130)
        #expect(ending.error.hasPrefix("sluice: interrupted\ndetail: fill_total is not cleaned up: "))
        #expect(ending.error.contains("hint: It goes on from there: sluice cleanup fill_total"))
        #expect(try await connection.query(called).isEmpty)
        try await writer.query("rollback")
      }
      #expect(try await program.run("cleanup", "fill_total").status == 0)
    }
  }

  @Test("watch ends with 73 when the schema is removed meanwhile")
  func losesSchema() async throws {
    try await Shop.withMigration { program, connection in
      try await schedule(connection)
      async let watching = program.run("watch", "fill_total")
      try await waitUntil("it watches") {
        try await !connection.query(
          "select from pg_stat_activity where application_name = 'sluice watch' and query like '%sluice.progress%' and datname = current_database()"
        ).isEmpty
      }
      // for those who look, it is gone, and nobody's lock is in the way
      try await connection.query("alter schema sluice rename to former")
      let ending = try await watching
      #expect(ending.status == 73)
      #expect(ending.error.hasPrefix("sluice: Sluice is not installed in this database\nsqlstate: SL032\nhint: "))
    }
  }
}
