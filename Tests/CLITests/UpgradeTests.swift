import Foundation
import Postgres
import Testing

/// A database that is several releases behind.
@Suite(.timeLimit(.minutes(5))) struct UpgradeTests {
  /// Definitions of three releases; each goes on with what the one before left.
  private static let releases = """
    select sluice.define('first', target => 'public.orders', pending => 'total is null', set => 'total = cents');
    select sluice.define('second', target => 'public.orders', pending => 'tax is null', set => 'tax = 100 / (total - bad)',
      after => '{first}');
    select sluice.define('third', target => 'public.orders', pending => 'net is null', set => 'net = total - tax',
      after => '{second}');
    """

  private func open(_ body: (Program, PostgresConnection) async throws -> Void) async throws {
    try await Shop.open { program, connection in
      try await connection.script(
        """
        alter table orders add column tax bigint, add column net bigint, add column bad bigint not null default 0;
        \(Self.releases)
        """)
      try await body(program, connection)
    }
  }

  private func wrong(_ connection: PostgresConnection) async throws -> Int {
    try await connection.query(
      "select count(*) from orders where (total, tax, net) is distinct from (cents, 100 / cents, cents - 100 / cents)"
    ).single().get(at: 0)
  }

  @Test("Three releases are caught up with at once, in their order, without pauses and windows")
  func catchesUp() async throws {
    try await open { program, connection in
      #expect(try await program.run("cleanup", "first").status == 0)
      try await connection.script(
        """
        insert into sluice."window" (name, days, opens, closes)
        select 'another_day', array[extract(isodow from now() + interval '3 days')::integer], '00:00', '00:01';
        insert into sluice.schedule (migration, during, max_rate) values ('second', '{another_day}', 1)
        """)
      #expect(try await program.run("ensure", "first", "second", "third").status == 2)
      let run = try await program.run("run", "--until-idle", "--immediately", "--workers", "2", "--log-level", "error")
      #expect(run.status == 0)
      #expect(run.output == "second  finished\nthird  finished\n")
      #expect(try await wrong(connection) == 0)
      #expect(try await program.run("ensure", "first", "second", "third").status == 0)
      let order = try await connection.query(
        "select name from sluice.events where new_state = 'finished' order by event_id"
      ).map { try $0.get(at: 0, as: String.self) }
      #expect(order == ["first", "second", "third"])
      let again = try await program.run("run", "--until-idle", "--immediately")
      #expect(again.status == 0)
      #expect(again.output == "nothing is scheduled\n")
    }
  }

  @Test("However quick they are, all are in the answer")
  func tellsOfQuickOnes() async throws {
    try await Shop.open { program, connection in
      let names = (1...6).map { "quick_\($0)" }
      for name in names {
        try await connection.script(
          """
          create table \(name) (id integer primary key, n integer);
          insert into \(name) values (1);
          select sluice.define('\(name)', target => '\(name)', pending => 'n is null', set => 'n = 1')
          """)
      }
      let run = try await program.run("run", "--until-idle", "--immediately", "--workers", "4", "--log-level", "error")
      #expect(run.status == 0)
      #expect(run.output == names.map { "\($0)  finished\n" }.joined())
      try await connection.script("delete from sluice.schedule; select sluice.restart(name) from sluice.progress")
      try await connection.script(
        "insert into sluice.schedule (migration, immediately) select name, true from sluice.progress")
      let again = try await program.run("run", "--until-idle", "--workers", "4")
      for name in names {
        let lines = again.error.split(separator: "\n").filter { $0.hasSuffix(" sluice.migration=\(name)") }
        #expect(lines.filter { $0.contains("migration starts") }.count == 1)
        #expect(lines.filter { $0.contains("migration is finished") }.count == 1)
      }
      #expect(again.output == names.map { "\($0)  finished\n" }.joined())
    }
  }

  @Test("A role that owns none of what is scheduled is told whose it is")
  func tellsOfOthers() async throws {
    try await Shop.withMigration { program, connection in
      let role = "bystander_\(getpid())"
      try await connection.script("create role \(role) login; select sluice.grant_author('\(role)')")
      var program = program
      program.environment["PGUSER"] = role
      let before = try await program.run("run", "--until-idle")
      #expect(before.output == "nothing is scheduled\n")
      try await connection.query("insert into sluice.schedule (migration) values ('fill_total')")
      let run = try await program.run("run", "--until-idle")
      let json = try await program.run("run", "--until-idle", "--json", "--log-level", "error")
      try await connection.script("select sluice.revoke_access('\(role)'); drop role \(role)")
      #expect(run.status == 0)
      let lines = run.output.split(separator: "\n")
      #expect(lines.first == "nothing of this role is scheduled")
      #expect(lines.last?.hasPrefix("1 scheduled migration belongs to another role: fill_total of \"") == true)
      #expect(run.error.contains("warning  1 scheduled migration belongs to another role: fill_total of "))
      let elsewhere = try #require(try json.json()["elsewhere"] as? [[String: Any]])
      #expect(elsewhere.map { $0["migration"] as? String } == ["fill_total"])
    }
  }

  @Test("One that fails in the middle ends the upgrade with 2, and says what it holds up; mended, it goes on")
  func failsInTheMiddle() async throws {
    try await open { program, connection in
      try await connection.query("update orders set bad = cents where id = 3000")
      let run = try await program.run("run", "--until-idle", "--immediately", "--log-level", "error")
      #expect(run.status == 2)
      let lines = run.output.split(separator: "\n").map(String.init)
      #expect(lines.count == 3 && lines[0] == "first  finished")
      #expect(lines[1].hasPrefix("second  failed: 1 row(s) are quarantined"))
      #expect(lines[2] == "third  blocked: second, which must be finished first, is failed")
      let gate = try await program.run("ensure", "first", "second", "third", "--json")
      #expect(gate.status == 2)
      #expect(try gate.json()["finished"] as? Bool == false)

      try await connection.query("update orders set bad = 0 where id = 3000")
      #expect(try await program.run("retry", "second").status == 0)
      let mended = try await program.run("run", "--until-idle", "--immediately", "--log-level", "error")
      #expect(mended.status == 0)
      #expect(try await wrong(connection) == 0)
    }
  }
}
