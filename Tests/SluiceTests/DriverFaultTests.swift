import Postgres
import ServiceLifecycle
import ServiceLifecycleTestKit
import Sluice
import SluiceTesting
import Testing

/// Driver whose connections break, that is told to stop, or whose notifications are all there is.
@Suite("A driver in trouble", .timeLimit(.minutes(5)))
struct DriverFaultTests {
  /// Lets every update of row 1 wait for an advisory lock that the body may take and release.
  private static let gate = """
    create function wait_at_gate() returns trigger language plpgsql as $$
    begin
      perform pg_advisory_xact_lock_shared(42);
      return new;
    end
    $$;
    create trigger wait_at_gate before update on item for each row when (old.id = 1) execute function wait_at_gate();
    """

  private func buildGate(in database: SluiceDatabase) async throws {
    try await database.asOwner { owner in
      try await owner.query("update sluice.policy set lock_timeout = '1 minute', statement_timeout = '1 minute'")
    }
    try await database.asAuthor { try await $0.script(Self.gate) }
  }

  /// Process id of the backend that waits at the gate.
  private func backendAtGate(_ database: SluiceDatabase) async throws -> Int {
    let query = """
      select coalesce(max(pid), 0) from pg_locks
      where locktype = 'advisory' and objid = 42 and not granted
        and database = (select oid from pg_database where datname = current_database())
      """
    try await waitUntil("a batch waits at the gate") { try await database.number(query) > 0 }
    return try await database.number(query)
  }

  @Test("goes on when its backend is killed in the middle of a batch, and records why")
  func backendKilled() async throws {
    try await SluiceDatabase.with(rows: 1000) { database in
      try await buildGate(in: database)
      try await database.scheduleIncrement()
      try await PostgresConnection.withConnection(database.administrator) { administrator in
        try await administrator.query("select pg_advisory_lock(42)")
        async let outcomes = database.driver().runUntilIdle()
        let backend = try await backendAtGate(database)
        try await administrator.query("select pg_terminate_backend($1)", [.integer(backend)])
        try await administrator.query("select pg_advisory_unlock(42)")
        #expect(try await outcomes["increment"]?.kind == .finished)
      }
      let mistakes = try await database.mistakes()
      #expect(mistakes == 0)
      let recorded = try await database.number("select count(*) from sluice.history where sqlstate = '57P01'")
      #expect(recorded == 1)
    }
  }

  @Test("is woken by NOTIFY, not by its poll")
  func notified() async throws {
    try await SluiceDatabase.with(rows: 300) { database in
      try await database.asOwner { try await $0.query("update sluice.policy set poll_interval = '10 minutes'") }
      try await withDriver(of: database, DriverOptions(pollInterval: .seconds(600))) {
        try await waitUntil("it listens") { try await isListening(database) }
        try await database.scheduleIncrement()
        try await waitUntil("it is finished") { try await isFinished(database) }
      }
    }
  }

  @Test("listens again when its listening connection is killed")
  func listenerKilled() async throws {
    try await SluiceDatabase.with(rows: 300) { database in
      try await database.asOwner { try await $0.query("update sluice.policy set poll_interval = '10 minutes'") }
      try await withDriver(of: database, DriverOptions(pollInterval: .seconds(600))) {
        try await waitUntil("it listens") { try await isListening(database) }
        let killed = try await database.asAuthor { author in
          try await author.query(
            """
            select pid, pg_terminate_backend(pid) from pg_stat_activity
            where application_name = 'sluice keeper' and datname = current_database()
            """
          ).single().get("pid", as: Int.self)
        }
        try await waitUntil("it listens again") { try await isListening(database, on: killed) }
        try await database.scheduleIncrement()
        try await waitUntil("it is finished") { try await isFinished(database) }
      }
    }
  }

  @Test("looks for what was notified while its listening connection was gone")
  func missedNotification() async throws {
    try await SluiceDatabase.with(rows: 300) { database in
      try await database.asOwner { try await $0.query("update sluice.policy set poll_interval = '10 minutes'") }
      try await database.scheduleIncrement()
      try await database.asAuthor { try await $0.query("select sluice.pause('increment')") }
      try await withDriver(of: database, DriverOptions(pollInterval: .seconds(600))) {
        try await waitUntil("it listens") { try await isListening(database) }
        try await waitUntil("its worker asks for work") { try await restingWorkers(database) == 1 }
        try await PostgresConnection.withConnection(database.administrator) { administrator in
          try await administrator.script(
            """
            begin;
            select sluice.resume('increment');
            select pg_terminate_backend(pid, 60000) from pg_stat_activity
            where application_name = 'sluice keeper' and datname = current_database();
            commit;
            """)
        }
        try await waitUntil("it is finished") { try await isFinished(database) }
      }
    }
  }

  @Test("says once of each connection that was lost that it is back")
  func tellsThatItIsBack() async throws {
    try await SluiceDatabase.with { database in
      let log = LogCollector()
      let options = DriverOptions(pollInterval: .milliseconds(200))
      let driver = SluiceDriver(configuration: database.author, options: options, logger: log.logger)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await driver.run() }
        try await waitUntil("it listens") { try await isListening(database) }
        try await waitUntil("its worker asks for work") { try await restingWorkers(database) == 1 }
        let (killed, worker) = try await database.asAuthor { author in
          let rows = try await author.query(
            """
            select pid, application_name, pg_terminate_backend(pid) from pg_stat_activity
            where application_name in ('sluice keeper', 'sluice worker') and datname = current_database()
            order by application_name
            """)
          return try (rows[0].get("pid", as: Int.self), rows[1].get("pid", as: Int.self))
        }
        try await waitUntil("it listens again") { try await isListening(database, on: killed) }
        try await waitUntil("its worker is back") { try await restingWorkers(database, but: worker) == 1 }
        try await waitUntil("both say so") { log.lines.filter(Self.tellsOfReturn).count >= 2 }
        group.cancelAll()
      }
      #expect(
        log.lines.filter(Self.tellsOfReturn).sorted() == [
          "info connected again", "notice the listening connection is back",
        ])
    }
  }

  private static func tellsOfReturn(_ line: String) -> Bool { line.hasSuffix(" again") || line.hasSuffix(" is back") }

  /// Sessions of workers, other than a given one, that had an answer and wait.
  private func restingWorkers(_ database: SluiceDatabase, but former: Int = 0) async throws -> Int {
    try await database.number(
      """
      select count(*) from pg_stat_activity
      where application_name = 'sluice worker' and datname = current_database() and state = 'idle' and pid <> \(former)
        and query = 'commit'
      """)
  }

  @Test("that is told to stop finishes the batch in hand")
  func gracefulStop() async throws {
    try await SluiceDatabase.with(rows: 1000) { database in
      try await buildGate(in: database)
      try await database.scheduleIncrement()
      try await PostgresConnection.withConnection(database.administrator) { administrator in
        try await administrator.query("select pg_advisory_lock(42)")
        try await testGracefulShutdown { trigger in
          async let run: Void = database.driver().run()
          _ = try await backendAtGate(database)
          trigger.triggerGracefulShutdown()
          try await administrator.query("select pg_advisory_unlock(42)")
          try await run
        }
      }
      let done = try await database.number("select count(*) from sluice.history where outcome = 'done'")
      #expect(done == 1)
      let changed = try await database.number("select count(*) from ledger")
      #expect(changed == 100)
    }
  }

  @Test("that is told to stop before the end says of each migration that it was interrupted")
  func interrupted() async throws {
    try await SluiceDatabase.with(rows: 1000) { database in
      try await buildGate(in: database)
      try await database.scheduleIncrement()
      try await PostgresConnection.withConnection(database.administrator) { administrator in
        try await administrator.query("select pg_advisory_lock(42)")
        try await testGracefulShutdown { trigger in
          async let outcomes = database.driver().runUntilIdle()
          _ = try await backendAtGate(database)
          trigger.triggerGracefulShutdown()
          try await administrator.query("select pg_advisory_unlock(42)")
          #expect(try await outcomes == ["increment": MigrationOutcome(.interrupted)])
        }
      }
    }
  }

  @Test("that is cancelled before the end says of each migration that it was interrupted")
  func cancelledBeforeTheEnd() async throws {
    try await SluiceDatabase.with(rows: 1000) { database in
      try await buildGate(in: database)
      try await database.scheduleIncrement()
      try await PostgresConnection.withConnection(database.administrator) { administrator in
        try await administrator.query("select pg_advisory_lock(42)")
        let run = Task { try await database.driver().runUntilIdle() }
        _ = try await backendAtGate(database)
        run.cancel()
        #expect(try await run.value == ["increment": MigrationOutcome(.interrupted)])
      }
    }
  }

  @Test("that is told to stop cancels a batch that outlasts the time of grace, and records no failure")
  func graceIsOver() async throws {
    try await SluiceDatabase.with(rows: 1000) { database in
      try await buildGate(in: database)
      try await database.scheduleIncrement()
      try await PostgresConnection.withConnection(database.administrator) { administrator in
        try await administrator.query("select pg_advisory_lock(42)")
        try await testGracefulShutdown { trigger in
          let options = DriverOptions(pollInterval: .milliseconds(200), graceTime: .milliseconds(100))
          async let run: Void = database.driver(options).run()
          _ = try await backendAtGate(database)
          trigger.triggerGracefulShutdown()
          try await run
        }
      }
      let traces = try await database.number(
        "select (select count(*) from sluice.history) + (select count(*) from ledger)")
      #expect(traces == 0)
      try await waitUntil("its backends are gone") { try await backends(database) == 0 }
    }
  }

  @Test("that is cancelled lets go of everything")
  func cancelled() async throws {
    try await SluiceDatabase.with(rows: 1000) { database in
      try await buildGate(in: database)
      try await database.scheduleIncrement()
      try await PostgresConnection.withConnection(database.administrator) { administrator in
        try await administrator.query("select pg_advisory_lock(42)")
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { try await database.driver().run() }
          _ = try await backendAtGate(database)
          group.cancelAll()
        }
      }
      try await waitUntil("its backends are gone") { try await backends(database) == 0 }
      let changed = try await database.number("select count(*) from ledger")
      #expect(changed == 0)
    }
  }

  private func withDriver(
    of database: SluiceDatabase, _ options: DriverOptions, _ body: () async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await database.driver(options).run() }
      try await body()
      group.cancelAll()
    }
  }

  private func isFinished(_ database: SluiceDatabase) async throws -> Bool {
    try await database.number("select count(*) from sluice.progress where state = 'finished'") == 1
  }

  /// Whether a keeper other than a given one has said LISTEN and is keeping house since.
  private func isListening(_ database: SluiceDatabase, on former: Int = 0) async throws -> Bool {
    try await database.number(
      """
      select count(*) from pg_stat_activity
      where application_name = 'sluice keeper' and datname = current_database() and state = 'idle' and pid <> \(former)
        and (query like '%keep_house%' or query like '%sluice.events%')
      """) == 1
  }

  private func backends(_ database: SluiceDatabase) async throws -> Int {
    try await database.number(
      """
      select count(*) from pg_stat_activity
      where application_name like 'sluice %' and datname = current_database()
      """)
  }
}
