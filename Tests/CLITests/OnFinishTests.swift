import Foundation
import Postgres
import SluiceTesting
import SystemC
import Testing

/// Statements that cleanup runs, with crashes and locks in their way.
@Suite(.timeLimit(.minutes(2))) struct OnFinishTests {
  /// Defines `fill_total` with statements behind it, on a database where failpoints are obeyed.
  private func define(_ onFinish: String..., on connection: PostgresConnection) async throws {
    try await connection.query(
      """
      select sluice.define('fill_total', target => 'public.orders', pending => 'total is null', set => 'total = cents',
        on_finish => $1)
      """, [.array(onFinish)])
    let name = try await connection.query("select current_database()").single().get(at: 0, as: String.self)
    try await connection.query("alter database \(PostgresConnection.quote(name)) set sluice.test_database = 'on'")
  }

  private func isValid(_ connection: PostgresConnection) async throws -> Bool? {
    try await connection.query("select indisvalid from pg_index where indexrelid = to_regclass('orders_total')")
      .first?.get(at: 0, as: Bool.self)
  }

  private func index(_ connection: PostgresConnection) async throws -> Int? {
    try await connection.query("select to_regclass('orders_total')::oid::bigint").single().get(at: 0)
  }

  private func executed(_ connection: PostgresConnection) async throws -> Int {
    try await connection.query("select count(*) from sluice.events where kind = 'on_finish'").single().get(at: 0)
  }

  private func stuck(_ connection: PostgresConnection) async throws -> [String] {
    try await connection.query("select problem || ': ' || detail from sluice.stuck").map { try $0.get(at: 0) }
  }

  private func waitForLock(of query: String, _ connection: PostgresConnection) async throws {
    try await waitUntil("somebody waits for a lock") {
      try await !connection.query(
        "select from pg_stat_activity where wait_event_type = 'Lock' and query ilike $1 and datname = current_database()",
        [.text(query)]
      ).isEmpty
    }
  }

  @Test(
    "An index is created once, wherever the program dies, and the rest follows",
    arguments: ["before_on_finish", "after_on_finish"])
  func survives(failpoint: String) async throws {
    try await Shop.open { program, connection in
      try await define(
        "alter table orders alter column total set not null",
        "create unique index concurrently orders_total on public.orders (total)",
        "alter table orders add constraint orders_total unique using index orders_total",
        "alter table orders drop column cents",
        on: connection)
      var doomed = program
      doomed.environment = ["SLUICE_FAILPOINT": failpoint]
      #expect(try await doomed.run("cleanup", "fill_total").status == SIGKILL)
      #expect(try await executed(connection) == 1)
      let left = try await index(connection)
      #expect((left == nil) == (failpoint == "before_on_finish"))

      #expect(try await program.run("cleanup", "fill_total").status == 0)
      #expect(try await executed(connection) == 4)
      #expect(try await isValid(connection) == true)
      let found = try await index(connection)
      #expect(left == nil || left == found, "the index that was there was built again")
    }
  }

  @Test("An index whose building was cut off is invalid, and is built anew")
  func rebuilds() async throws {
    try await Shop.open { program, connection in
      try await define("create index concurrently orders_total on public.orders (total)", on: connection)
      try await PostgresConnection.withConnection(connection.configuration) { writer in
        try await connection.query("select sluice.schedule('fill_total', immediately => true)")
        #expect(try await program.run("run", "--until-idle").status == 0)
        try await writer.query("begin")
        try await writer.query("update orders set total = total where id = 1")
        async let cut = program.run("cleanup", "fill_total")
        try await waitForLock(of: "create index%", connection)
        try await connection.query(
          """
          select pg_terminate_backend(pid) from pg_stat_activity
          where query ilike 'create index%' and datname = current_database()
          """)
        #expect(try await cut.status == 69)
        #expect(try await isValid(connection) == false)
        let told = try await stuck(connection)
        #expect(told.count == 1)
        #expect(
          told.first?.hasPrefix(
            "cleanup_failed: statement 1 of on_finish failed: terminating connection due to administrator command")
            == true)
        try await writer.query("commit")
      }
      #expect(try await program.run("cleanup", "fill_total").status == 0)
      #expect(try await isValid(connection) == true)
      #expect(try await stuck(connection) == [])
    }
  }

  @Test("A statement may take longer than the limits of the role; PostgreSQL 17 has one for transactions, too")
  func outlastsLimits() async throws {
    try await Shop.open { program, connection in
      try await connection.script(
        """
        create function slow(id bigint) returns bigint language plpgsql immutable as $$
        begin
          perform pg_sleep(case when id % 2500 = 0 then 1 else 0 end);
          return id;
        end
        $$
        """)
      try await define("create index concurrently orders_total on public.orders (slow(total))", on: connection)
      let role = "slow_\(getpid())"
      try await connection.script(
        """
        create role \(role) login superuser;
        alter role \(role) set statement_timeout = '700ms';
        alter role \(role) set idle_session_timeout = '700ms';
        select sluice.grant_author('\(role)');
        select sluice.set_owner('fill_total', '\(role)')
        """)
      if await connection.serverVersion >= 170_000 {
        try await connection.query("alter role \(role) set transaction_timeout = '700ms'")
      }
      var program = program
      program.environment["PGUSER"] = role
      let cleaned = try await program.run("cleanup", "fill_total")
      #expect(cleaned.status == 0)
      #expect(cleaned.error == "")
      #expect(try await isValid(connection) == true)
      #expect(try await program.run("uninstall", "--force").status == 0)
      try await connection.script("drop owned by \(role); drop role \(role)")
    }
  }

  @Test("While a backend that lost its program builds on, cleanup waits, and does not build again")
  func waitsForBuilder() async throws {
    try await Shop.open { program, connection in
      try await define("create index concurrently orders_total on public.orders (total)", on: connection)
      try await connection.query("select sluice.schedule('fill_total', immediately => true)")
      #expect(try await program.run("run", "--until-idle").status == 0)
      try await PostgresConnection.withConnection(connection.configuration) { writer in
        try await PostgresConnection.withConnection(connection.configuration) { builder in
          let statement = try await builder.query("select statement from sluice.resume_on_finish('fill_total')")
            .single().get(at: 0, as: String.self)
          try await writer.query("begin")
          try await writer.query("update orders set total = total where id = 1")
          async let built = builder.query(statement)
          try await waitForLock(of: "create index%", connection)
          let early = try await program.run("cleanup", "fill_total", "--timeout", "300 milliseconds")
          #expect(early.status == 75)
          try await writer.query("commit")
          _ = try await built
        }
      }
      let built = try await index(connection)
      #expect(try await program.run("cleanup", "fill_total").status == 0)
      #expect(try await index(connection) == built)
    }
  }

  @Test("Duplicates are named, with the query that lists them; once they are gone, cleanup goes on")
  func namesDuplicates() async throws {
    try await Shop.open { program, connection in
      try await define("create unique index concurrently orders_total on public.orders (total)", on: connection)
      try await connection.query("update orders set cents = 1 where id = 2")
      let refused = try await program.run("cleanup", "fill_total")
      #expect(refused.status == 65)
      #expect(refused.error.contains("sluice: statement 1 of on_finish: could not create unique index"))
      #expect(refused.error.contains("detail: Key (total)=(1) is duplicated."))
      #expect(
        refused.error.contains("select total, count(*) from public.orders group by total having count(*) > 1;"))
      #expect(try await isValid(connection) == false)
      let told = try await stuck(connection)
      #expect(told.count == 1)
      #expect(told.first?.hasPrefix("cleanup_failed: statement 1 of on_finish failed: could not create unique") == true)
      try await connection.query("update orders set total = 2 where id = 2")
      #expect(try await program.run("cleanup", "fill_total").status == 0)
      #expect(try await stuck(connection) == [])
      #expect(try await isValid(connection) == true)
    }
  }

  @Test("A lock that is held is asked for again and again; nobody else waits for long")
  func retriesLocks() async throws {
    try await Shop.open { program, connection in
      try await define(
        "alter table orders add constraint total_known check (total is not null) not valid",
        "alter table orders validate constraint total_known", "alter table orders alter column total set not null",
        "alter table orders drop constraint total_known", on: connection)
      try await connection.query("select sluice.schedule('fill_total', immediately => true)")
      #expect(try await program.run("run", "--until-idle").status == 0)
      try await connection.query("update sluice.policy set lock_timeout = '50 milliseconds'")
      try await PostgresConnection.withConnection(connection.configuration) { reader in
        try await reader.query("begin")
        try await reader.query("select from orders limit 1")
        let late = try await program.run("cleanup", "fill_total", "--timeout", "300 milliseconds")
        #expect(late.status == 75)
        let lock = "statement 1 of on_finish waits for a lock on public.orders; locks there are held by pid "
        #expect(late.error.contains(lock))
        #expect(try await executed(connection) == 0)
        try await connection.query("update sluice.policy set lock_timeout = '1 second'")
        async let cleaned = program.run("cleanup", "fill_total")
        try await waitForLock(of: "call sluice.cleanup%", connection)
        try await connection.query("select from orders limit 1", deadline: .now + .seconds(10))
        try await reader.query("commit")
        #expect(try await cleaned.status == 0)
      }
      #expect(try await executed(connection) == 4)
      let column = try await connection.query(
        "select attnotnull from pg_attribute where attrelid = 'orders'::regclass and attname = 'total'")
      #expect(try column.single().get(at: 0, as: Bool.self))
    }
  }

  @Test("The lock to remove the capture trigger is asked for again and again, once on_finish is done")
  func retriesCaptureLock() async throws {
    try await Shop.open { program, connection in
      try await connection.query(
        """
        select sluice.define('fill_total', target => 'public.orders', pending => 'total is null', set => 'total = cents',
          capture => true, on_finish => array['create index orders_total on orders (total)'])
        """)
      try await connection.query("select sluice.schedule('fill_total', immediately => true)")
      #expect(try await program.run("run", "--until-idle").status == 0)
      try await PostgresConnection.withConnection(connection.configuration) { reader in
        try await reader.query("begin")
        try await reader.query("select from orders limit 1")
        let late = try await program.run("cleanup", "fill_total", "--timeout", "300 milliseconds")
        #expect(late.status == 75)
        #expect(late.error.contains("the removal of the capture trigger waits for a lock on public.orders"))
        #expect(try await executed(connection) == 1)
        async let cleaned = program.run("cleanup", "fill_total")
        try await waitForLock(of: "call sluice.cleanup%", connection)
        try await reader.query("commit")
        #expect(try await cleaned.status == 0)
      }
      #expect(try await connection.query("select from sluice.captures").isEmpty)
    }
  }
}
