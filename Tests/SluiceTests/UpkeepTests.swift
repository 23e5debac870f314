import Postgres
import ServiceLifecycle
import ServiceLifecycleTestKit
import SluiceTesting
import Testing

@testable import Sluice

/// Vacuum by a driver, on a real table whose changed column is indexed, so that no update can be HOT.
@Suite("Upkeep", .timeLimit(.minutes(5)))
struct UpkeepTests {
  /// Rows: more than are left to autovacuum, and few enough for a short test.
  private let rows = 60_000

  /// Lends a database with such a table, whose autovacuum is off, and a migration of it.
  private func withTable(
    delete: Bool = false, _ body: (SluiceDatabase) async throws -> Void
  ) async throws {
    try await SluiceDatabase.with { database in
      try await database.asAuthor { author in
        try await author.script(
          """
          create table wide (id bigint primary key, n integer not null, mark integer, filler char(100) default '')
            with (autovacuum_enabled = off);
          insert into wide (id, n) select i, i from generate_series(1, \(rows)) as i;
          create index on wide (mark);
          """)
        try await author.query("vacuum (analyze) wide")
      }
      var definition = Definition(
        "fill", target: "public.wide", pending: delete ? "n % 4 <> 0" : "mark is null",
        change: delete ? .delete(source: nil, match: nil) : .update(set: "mark = n", source: nil, match: nil))
      definition.maxBatch = 1000
      try await database.withClient { [definition] in try await $0.define(definition) }
      try await body(database)
    }
  }

  /// How often the table was vacuumed, as PostgreSQL counts.
  private func vacuums(_ database: SluiceDatabase) async throws -> Int {
    try await database.number("select vacuum_count from pg_stat_user_tables where relname = 'wide'")
  }

  /// Whether vacuum has seen to nearly every page: all but what changed after the oldest snapshot of the driver's own
  /// sessions, some tenths of a second before the last vacuum on a busy machine; so of a walk that lasts for long.
  private func isClean(_ database: SluiceDatabase) async throws -> Bool {
    try await database.number("select (100 * relallvisible / relpages)::integer from pg_class where relname = 'wide'")
      > 90
  }

  /// Schedules the migration with a limit to its pace, which makes it last for ten seconds.
  private func scheduleSlowly(_ database: SluiceDatabase) async throws {
    try await database.asOwner { owner in
      try await owner.script(
        """
        update sluice.policy set gentle_share = 1;
        insert into sluice.schedule (migration, max_rate) values ('fill', \(rows / 10));
        """)
    }
  }

  /// Runs the migration to its end and returns by how many percent the table grew.
  private func growth(_ database: SluiceDatabase, slowly: Bool = false) async throws -> Int {
    let before = try await database.number("select pg_relation_size('wide')")
    if slowly {
      try await scheduleSlowly(database)
    } else {
      try await database.schedule("fill")
    }
    let outcomes = try await database.driver().runUntilIdle()
    #expect(outcomes["fill"]?.kind == .finished)
    return 100 * (try await database.number("select pg_relation_size('wide')") - before) / before
  }

  @Test("keeps the table from growing, and vacuums it with its indexes at the end")
  func boundsGrowth() async throws {
    try await withTable { database in
      try await database.asOwner { try await $0.query("update sluice.policy set vacuum_share = 0.01") }
      let before = try await database.number("select pg_relation_size('wide')")
      // slow enough for several vacuums, whatever else the machine does
      try await scheduleSlowly(database)
      let outcomes = try await database.driver().runUntilIdle()
      #expect(outcomes["fill"]?.kind == .finished)
      let after = try await database.number("select pg_relation_size('wide')")
      #expect(after < before * 17 / 10)
      #expect(try await vacuums(database) > 3)
      #expect(try await database.number("select vacuums from sluice.vacuums where name = 'fill'") > 2)
      #expect(
        try await database.number(
          "select count(*) from sluice.events where kind = 'vacuumed' and message like '%indexes too'") == 1)
      #expect(try await isClean(database))
      #expect(
        try await database.number(
          "select count(*) from pg_stat_user_tables where relname = 'wide' and last_analyze is not null") == 1)
    }
  }

  @Test("can be turned off")
  func off() async throws {
    try await withTable { database in
      try await database.asOwner { try await $0.query("update sluice.policy set vacuum_share = 0") }
      #expect(try await growth(database) > 80)
      #expect(try await vacuums(database) == 1)
      #expect(try await database.number("select count(*) from sluice.events where kind = 'vacuumed'") == 0)
    }
  }

  @Test("counts deleted rows too")
  func deletes() async throws {
    try await withTable(delete: true) { database in
      _ = try await growth(database, slowly: true)
      #expect(try await vacuums(database) > 1)
      #expect(try await database.number("select rows_left from sluice.vacuums where name = 'fill'") == rows / 4 * 3)
      #expect(try await isClean(database))
    }
  }

  @Test("waits for the policy's share of changed rows once the walk is done, however many updates were HOT")
  func fullShare() async throws {
    try await withTable { database in
      try await database.asOwner { try await $0.query("update sluice.policy set vacuum_share = 0.5") }
      try await database.asAuthor { author in
        try await author.script("drop index wide_mark_idx; alter table wide set (fillfactor = 40)")
        try await author.query("vacuum full wide")
      }
      _ = try await growth(database)
      #expect(
        try await database.number("select (100 * hot_share)::integer from sluice.progress where name = 'fill'") > 90)
      #expect(try await database.number("select due_at_rows from sluice.vacuums where name = 'fill'") == rows / 2)
    }
  }

  @Test("is left to others, and says so once, where the migration's owner may not vacuum")
  func notOwner() async throws {
    try await withTable { database in
      try await PostgresConnection.withConnection(database.administrator) { administrator in
        try await administrator.script(
          """
          alter table wide owner to sluice_owner;
          grant select, update on wide to author;
          """)
      }
      _ = try await growth(database)
      #expect(try await vacuums(database) == 1)
      #expect(try await database.number("select count(*) from sluice.events where kind = 'not_vacuumed'") == 1)
      #expect(
        try await database.number(
          "select count(*) from sluice.vacuums where vacuums = 0 and problem = '\"author\" may not vacuum it'") == 1)
    }
  }

  @Test("never vacuums twice at once, whatever the number of drivers")
  func oneAtATime() async throws {
    try await withTable { database in
      try await database.asOwner { try await $0.query("update sluice.policy set vacuum_share = 0.01") }
      try await database.schedule("fill")
      try await database.asAuthor { author in
        try await author.query("call sluice.work('1 minute', until_idle => true)")
        try await PostgresConnection.withConnection(database.author) { other in
          let order = try await author.query("select (sluice_internal.next_vacuum()).statement").single().get(
            at: 0, as: String?.self)
          #expect(order == "vacuum (analyze, skip_locked) public.wide")
          let refused = try await other.query("select statement, reason from sluice_internal.next_vacuum()").single()
          #expect(try refused.get("statement", as: String?.self) == nil)
        }
      }
      // the session that was told to vacuum is gone without a word, and with it its lock
      try await waitUntil("its lock is gone") {
        try await database.number(
          """
          select count(*) from pg_locks k join pg_database d on d.oid = k.database
          where k.locktype = 'advisory' and d.datname = current_database()
          """) == 0
      }
      try await database.asOwner { try await $0.query("update sluice_internal.upkeep set rows_touched_at_full = 0") }
      let options = DriverOptions(workers: 1, pollInterval: .milliseconds(100))
      async let first = database.driver(options).runUntilIdle()
      async let second = database.driver(options).runUntilIdle()
      _ = try await [first, second]
      #expect(try await vacuums(database) == 2)
    }
  }

  @Test("leaves a table alone that another session vacuums, and does it afterwards")
  func leavesAlone() async throws {
    try await withTable { database in
      try await database.schedule("fill")
      try await PostgresConnection.withConnection(database.administrator) { administrator in
        // the lock of a vacuum, which an autovacuum to prevent wraparound would not give up
        try await administrator.script("begin; lock table wide in share update exclusive mode")
        let outcomes = try await database.driver().runUntilIdle()
        #expect(outcomes["fill"]?.kind == .finished)
        #expect(try await vacuums(database) == 1)
        try await administrator.query("rollback")
      }
      _ = try await database.driver().runUntilIdle()
      #expect(try await vacuums(database) == 2)
    }
  }

  @Test("records a vacuum whose session was ended, with what the server said")
  func recordsLostSession() async throws {
    try await withTable { database in
      try await database.asAuthor { author in
        // each page takes a vacuum at least 100 ms, so that it is there to be ended
        let role = "alter role author in database \(database.database.name)"
        try await author.script("\(role) set vacuum_cost_delay to 100; \(role) set vacuum_cost_limit to 1")
      }
      try await scheduleSlowly(database)
      try await PostgresConnection.withConnection(database.administrator) { observer in
        try await testGracefulShutdown { trigger in
          async let run: Void = database.driver().run()
          try await waitUntil("a vacuum was ended", within: .seconds(300)) {
            try await !observer.query(
              "select pg_terminate_backend(pid) from pg_stat_progress_vacuum where relid = 'wide'::regclass"
            ).isEmpty
          }
          try await waitUntil("that is recorded", within: .seconds(300)) {
            try await observer.query(
              """
              select count(*)::integer from sluice.events
              where kind = 'not_vacuumed' and message like '%terminating connection due to administrator command'
              """
            ).single().get(at: 0, as: Int.self) > 0
          }
          trigger.triggerGracefulShutdown()
          try await run
        }
      }
    }
  }

  @Test("has no limit in time, whatever the role has for other work")
  func unlimited() async throws {
    try await withTable { database in
      try await PostgresConnection.withConnection(database.administrator) { administrator in
        // each page takes a vacuum some time, so that it lasts longer than the limits
        try await administrator.query(
          """
          select set_config('x.y', format('alter role author in database %I set ', current_database()), false)
          """)
        let role = try await administrator.query("select current_setting('x.y')").single().get(at: 0, as: String.self)
        for name in PostgresConnection.timeLimits where name != "transaction_timeout" {
          try await administrator.query("\(role) \(name) = '2s'")
        }
        if await administrator.serverVersion >= 170_000 {
          try await administrator.query("\(role) transaction_timeout = '2s'")
        }
        try await administrator.script("\(role) vacuum_cost_delay = 20; \(role) vacuum_cost_limit = 10")
      }
      #expect(try await growth(database) >= 0)
      #expect(try await vacuums(database) > 1)
      #expect(
        try await database.number("select count(*) from sluice.events where kind = 'not_vacuumed'") == 0)
    }
  }

  @Test("is stopped at once when its migration is paused, and when the driver is told to stop")
  func stops() async throws {
    try await withTable { database in
      try await database.asAuthor { author in
        // each page takes a vacuum at least 100 ms, so that none ends by itself before it is stopped
        let role = "alter role author in database \(database.database.name)"
        try await author.script("\(role) set vacuum_cost_delay to 100; \(role) set vacuum_cost_limit to 1")
      }
      try await scheduleSlowly(database)
      try await PostgresConnection.withConnection(database.author) { observer in
        let isVacuuming = """
          select count(*)::integer from pg_stat_progress_vacuum where relid = 'wide'::regclass
          """
        try await testGracefulShutdown { trigger in
          async let run: Void = database.driver().run()
          try await waitUntil("a vacuum runs", within: .seconds(300)) {
            try await observer.query(isVacuuming).single().get(at: 0, as: Int.self) == 1
          }
          try await database.withClient { try await $0.pause("fill") }
          try await waitUntil("it was stopped", within: .seconds(300)) {
            try await observer.query(
              "select count(*)::integer from sluice.events where message like '%it was stopped, as the migration was'"
            ).single().get(at: 0, as: Int.self) == 1
          }
          try await database.withClient { try await $0.resume("fill") }
          try await waitUntil("a vacuum runs again", within: .seconds(300)) {
            try await observer.query(isVacuuming).single().get(at: 0, as: Int.self) == 1
          }
          trigger.triggerGracefulShutdown()
          try await run
          #expect(try await observer.query(isVacuuming).single().get(at: 0, as: Int.self) == 0)
        }
      }
    }
  }
}
