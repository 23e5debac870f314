import Foundation
import Postgres
import SluiceTesting
import Testing

/// What the commands say and how they end.
@Suite(.timeLimit(.minutes(5))) struct CommandTests {
  private func finding(_ check: String, _ program: Program) async throws -> String {
    let findings = try await program.run("doctor", "--json").json()["findings"] as? [[String: Any]]
    let finding = try #require(findings?.first { $0["check"] as? String == check })
    return try "\(#require(finding["verdict"] as? String)): \(#require(finding["message"] as? String))"
  }

  @Test("A migration is listed, shown, paused, resumed, throttled, cancelled and forgotten")
  func controls() async throws {
    try await Shop.withMigration { program, connection in
      try await connection.query("insert into sluice.schedule (migration) values ('fill_total')")
      #expect(try await program.run("list").output.contains("fill_total  scheduled"))
      let paused = try await program.run("pause", "fill_total", "--json")
      #expect(paused.status == 0)
      #expect((try paused.json()["migration"] as? [String: Any])?["state"] as? String == "paused")
      #expect(try await program.run("resume", "fill_total").status == 0)
      #expect(try await program.run("throttle", "fill_total", "100").output.contains("at most 100 rows a second"))
      let negative = try await program.run("throttle", "fill_total", "-5", "--json")
      #expect(negative.status == 65)
      #expect(negative.output.contains("invalid rate -5"))
      #expect(
        try await program.run("throttle", "fill_total", "0").error.contains(
          "hint: Give rows a second, from 0.001 to 1e9, or none for no limit; to stop it: sluice pause fill_total\n"))
      let past = try await program.run("reschedule", "fill_total", "--within", "-1 minutes")
      #expect(past.status == 65)
      #expect(past.error.hasPrefix("sluice: --within must be longer than zero\n"))
      let page = try await program.run("status", "fill_total")
      #expect(page.output.contains("pending   total is null"))
      #expect(try await program.run("forget", "fill_total").status == 2)
      #expect(try await program.run("cancel", "fill_total", "--reason", "not today").status == 0)
      #expect(try await program.run("events", "fill_total").output.contains("scheduled → cancelled"))
      #expect(try await program.run("forget", "fill_total").status == 0)
      #expect(try await program.run("status", "fill_total").status == 66)
    }
  }

  @Test("No value of a row, message or name acts on the terminal of who looks")
  func showsHostileValues() async throws {
    try await Shop.open { program, connection in
      let hostile = #"E'\x1b]0;owned\x07\x1b[2J\r\n2026-01-01T00:00:00Z error sluice: forged\u009b\u202e'"#
      try await connection.script(
        """
        create table notes (id integer primary key, note text, n integer);
        insert into notes select i, \(hostile) from generate_series(1, 20) as i;
        analyze notes;
        create function tell(text) returns integer language plpgsql as
          $$ begin raise exception using message = $1, detail = $1, hint = $1, errcode = '22000'; end $$;
        select sluice.define('notes', 'notes', pending => 'n is null', set => 'n = tell(note)', max_failed => 1);
        select sluice.define('other', 'notes', pending => 'n is null', set => 'n = tell(note)');
        insert into sluice.schedule (migration, immediately) values ('notes', true);
        """)
      let forged = "\n2026-01-01T00:00:00Z"
      func look(_ ending: Program.Ending, _ command: String) {
        for text in [ending.output, ending.error] {
          let acting = text.unicodeScalars.filter {
            $0.value < 0x20 && $0 != "\n" || (0x7F...0x9F).contains($0.value) || $0.value == 0x202E
          }
          #expect(acting.isEmpty, "\(command): \(text.debugDescription)")
          #expect(!text.contains(forged), "\(command)")
        }
      }
      look(try await program.run("preview", "notes"), "preview")
      look(try await program.run("run", "--until-idle"), "run")
      let status = try await program.run("status", "notes")
      #expect(status.output.contains(#"\x1B"#))
      look(status, "status")
      look(try await program.run("schedule", "other", "--immediately"), "schedule")
      look(try await program.run("plan", "other"), "plan")
      try await connection.query("select sluice.cancel('other', \(hostile))")
      for arguments in [["list"], ["events"], ["doctor"], ["watch"], ["ensure", "other"], ["cleanup", "other"]] {
        look(try await program.run(arguments), arguments[0])
      }
      let json = try await program.run("events", "--json")
      #expect(json.output.contains(#"\u001b"#))
    }
  }

  @Test("What goes on waits for a worker where no driver is, or where one is and does not take it")
  func waitsForWorker() async throws {
    try await Shop.withMigration { program, connection in
      func resume() async throws -> String {
        try await connection.query("select sluice.pause('fill_total')")
        return try await program.run("resume", "fill_total").output
      }
      try await connection.script(
        """
        insert into sluice.schedule (migration) values ('fill_total');
        update sluice_internal.migration set scheduled_at = now() - interval '1 hour';
        update sluice.schedule set scheduled_at = now() - interval '1 hour';
        update sluice_internal.lane set due_at = now() - interval '1 hour'
        """)
      #expect(try await resume().contains("waits for a worker: sluice run"))
      var driver = connection.configuration
      driver.applicationName = "sluice worker"
      try await PostgresConnection.withConnection(driver) { _ in
        #expect(try await resume() == "fill_total  goes on\n")
        try await connection.query("update sluice_internal.event set happened_at = now() - interval '1 hour'")
        #expect(try await program.run("status", "fill_total").output.contains("waits for a worker: sluice run"))
      }
    }
  }

  @Test("A schedule whose windows are too narrow runs at any time from then on")
  func runsAtAnyTime() async throws {
    try await Shop.withMigration { program, connection in
      try await connection.script(
        """
        insert into sluice.window (name, opens, closes) values ('nights', '0:00', '4:00');
        insert into sluice.schedule (migration, during) values ('fill_total', '{nights}')
        """)
      #expect(try await program.run("reschedule", "fill_total", "--any-time", "--during", "nights").status == 64)
      #expect(try await program.run("reschedule", "fill_total", "--workers", "2").status == 0)
      let during = "select during = '{nights}' from sluice.schedule"
      #expect(try await connection.query(during).single().get(at: 0, as: Bool.self))
      #expect(try await program.run("reschedule", "fill_total", "--any-time").status == 0)
      #expect(try await !connection.query(during).single().get(at: 0, as: Bool.self))
      let again = try await program.run("schedule", "fill_total")
      #expect(again.error.hasSuffix("fast it runs: sluice reschedule fill_total --within '1 week'\n"))
    }
  }

  @Test("JSON has stable keys: what is absent is null")
  func hasStableKeys() async throws {
    try await Shop.withMigration { program, _ in
      let ending = try await program.run("list", "--json")
      let migration = try #require((try ending.json()["migrations"] as? [[String: Any]])?.first)
      #expect(
        Set(migration.keys) == [
          "name", "owner", "target", "state", "waiting_for", "rows_done", "rows_changed", "rows_pending", "percent",
          "verified_percent", "rows_per_second", "forecast", "earliest", "latest", "deadline", "late_by", "on_track",
          "batch_size", "pause", "hot_share", "lanes", "lanes_total", "workers", "attempts", "rows_quarantined",
          "last_error",
          "last_error_at", "started_at", "finished_at", "verified_at", "as_of",
        ])
      #expect(migration["deadline"] is NSNull)
      #expect(ending.output.filter { $0 == "\n" }.count == 1)
    }
  }

  @Test("An unknown name ends with 66, a hint, and as a JSON document where programs read")
  func refusesUnknownNames() async throws {
    try await Shop.open { program, _ in
      for verb in ["status", "pause", "resume", "cancel", "retry", "restart", "accept", "forget", "cleanup", "ensure"] {
        let ending = try await program.run(verb, "nothing")
        #expect(ending.status == 66, "\(verb)")
        #expect(ending.error.hasPrefix("sluice: there is no migration \"nothing\"\nsqlstate: SL002\nhint: "), "\(verb)")
      }
      let error = try #require(try await program.run("status", "nothing", "--json").json()["error"] as? [String: Any])
      #expect(error["code"] as? Int == 66)
      #expect(error["sqlstate"] as? String == "SL002")
    }
  }

  @Test("ensure stops a deploy with 2 and the command that helps, until the migration is finished")
  func ensures() async throws {
    try await Shop.withMigration { program, connection in
      let gate = try await program.run("ensure", "fill_total")
      #expect(gate.status == 2)
      #expect(gate.output.contains("finish it now: sluice cleanup fill_total"))
      let finished = try await program.run("ensure", "fill_total", "--finish", "--json")
      #expect(finished.status == 0)
      #expect(try #require(finished.output.split(separator: "\n").last).contains("\"finished\":true"))
      let rest = try await connection.query("select count(*) from orders where total is distinct from cents")
      #expect(try rest.single().get(at: 0, as: Int.self) == 0)
      #expect(try await program.run("ensure", "fill_total").status == 0)
      #expect(try await program.run("pause", "fill_total").status == 2)
    }
  }

  @Test("ensure names rows in quarantine, which cleanup alone would not get done")
  func ensuresQuarantined() async throws {
    try await Shop.withMigration { program, connection in
      try await connection.query("alter table orders add constraint not_seven check (total is distinct from 7)")
      try await connection.query("select sluice.schedule('fill_total', immediately => true)")
      _ = try await program.run("run", "--until-idle")
      let gate = try await program.run("ensure", "fill_total")
      #expect(gate.status == 2)
      #expect(gate.output.contains("failed, 99.9 %, 1 in quarantine\n"))
      #expect(gate.output.contains("reason 1 row(s) are quarantined"))
      #expect(gate.output.contains("fix the rows, then: sluice retry fill_total"))
      #expect(!gate.output.contains("finish it now"))
    }
  }

  @Test("cleanup finishes and says so; watch then has nothing to wait for")
  func cleansUp() async throws {
    try await Shop.withMigration { program, connection in
      try await connection.query("insert into sluice.schedule (migration) values ('fill_total')")
      async let watching = program.run("watch", "fill_total", "--every", "0")
      let cleaned = try await program.run("cleanup", "fill_total", "--timeout", "30 seconds")
      #expect(cleaned.status == 0)
      #expect(cleaned.output.contains("fill_total  finished, verified"))
      let watched = try await watching
      #expect(watched.status == 0)
      #expect(watched.output.contains("finished"))
      #expect(!watched.output.contains("\u{1B}"))
    }
  }

  @Test("plan, preview, schedule and run --until-idle lead to the end, with 75 for a deadline that cannot be met")
  func runs() async throws {
    try await Shop.withMigration { program, connection in
      #expect(try await program.run("preview", "fill_total", "--rows", "1").output.contains("total  null → "))
      #expect(try await program.run("plan", "fill_total", "--within", "1 hour").output.contains("feasible"))
      let refused = try await program.run("schedule", "fill_total", "--within", "1 millisecond", "--json")
      #expect(refused.status == 75)
      #expect((try refused.json()["error"] as? [String: Any])?["sqlstate"] as? String == "SL010")
      #expect(try await program.run("schedule", "fill_total", "--within", "soon").status == 65)
      let scheduled = try await program.run("schedule", "fill_total", "--immediately")
      #expect(scheduled.status == 0)
      #expect(scheduled.output.contains("\nnote        "))
      #expect(try await program.run("schedule", "fill_total").status == 2)
      let run = try await program.run("run", "--until-idle", "--json")
      #expect(run.status == 0)
      let outcomes = try #require(try run.json()["outcomes"] as? [[String: Any]])
      #expect(outcomes.map { $0["outcome"] as? String } == ["finished"])
      #expect(run.error.split(separator: "\n").allSatisfy { $0.hasPrefix("{") })
    }
  }

  @Test("preview marks what changes, makes null visible, and shows each table that statements write")
  func previews() async throws {
    try await Shop.open { program, connection in
      try await connection.script(
        """
        create table dates (id integer primary key, start_date date, due_date date);
        insert into dates values (1, '10000-01-01', null), (2, '2026-01-01', null);
        create table archive (id integer primary key, total bigint);
        select sluice.define('dates', 'dates', pending => 'start_date > ''9999-12-31'' or due_date > ''9999-12-31''',
          set => 'start_date = least(start_date, ''9999-12-31''), due_date = least(due_date, ''9999-12-31'')');
        select sluice.define('archive', 'orders', statements => array[
          'insert into archive select id, cents from batch', 'delete from orders using batch where orders.id = batch.id']);
        create table small (id integer primary key, v text, n integer);
        insert into small values (1, '1', null), (2, 'n/a', null);
        select sluice.define('small', 'small', pending => 'n is null', set => 'n = v::integer')
        """)
      let trap = try await program.run("preview", "dates")
      #expect(
        trap.output == """
          public.dates {1}  updated
            ~ due_date    null → 9999-12-31
            ~ start_date  10000-01-01 → 9999-12-31
              same  id=1

          public.dates  1 updated
            ~ due_date  changes in 1 of 1 rows, from null in 1
            ~ start_date  changes in 1 of 1 rows

          """)
      let moved = try await program.run("preview", "archive", "--rows", "2")
      #expect(moved.output.contains("archive {1}  inserted\n  + id     1\n  + total  1\n"))
      #expect(moved.output.contains("orders {2}  deleted, or moved\n  - cents  2\n  - id     2\n  - total  null\n"))
      #expect(moved.output.hasSuffix("public.orders  2 deleted\npublic.archive  2 inserted\n"))
      #expect(moved.error.contains("note: a batch writes to public.archive: 2 inserted\n"))
      let rows = try #require(
        try await program.run("preview", "archive", "--rows", "1", "--json").json()["rows"] as? [[String: Any]])
      #expect(rows.map { $0["action"] as? String } == ["delete", "insert"])
      #expect(rows.allSatisfy { Set($0.keys) == ["key", "relation", "action", "before", "after"] })
      let failing = try await program.run("preview", "small")
      #expect(failing.output.contains("small {1}  updated\n"))
      #expect(failing.output.contains("small {2}  cannot be migrated\n"))
      #expect(failing.output.contains("small  1 updated, 1 failing\n"))
      #expect(
        failing.error.contains(
          "note: row {2} of public.small cannot be migrated: invalid input syntax for type integer: \"n/a\"\n"))
      let kept = try await connection.query("select (select count(*) from orders) - (select count(*) from archive)")
      #expect(try kept.single().get(at: 0, as: Int.self) == 5000)
    }
  }

  @Test("run --until-idle ends with 2 and the reason when a migration cannot be finished")
  func cannotFinish() async throws {
    try await Shop.withMigration { program, connection in
      try await connection.query("insert into sluice.schedule (migration) values ('fill_total')")
      try await connection.query("select sluice.pause('fill_total')")
      let run = try await program.run("run", "--until-idle", "--log-level", "error")
      #expect(run.status == 2)
      #expect(run.output.hasPrefix("fill_total  paused: "))
      #expect(run.error == "")
    }
  }

  @Test("watch prints JSON lines for programs and ends with 2 when a migration was cancelled")
  func watches() async throws {
    try await Shop.withMigration { program, connection in
      try await connection.query("insert into sluice.schedule (migration) values ('fill_total')")
      try await connection.query("select sluice.cancel('fill_total')")
      let watched = try await program.run("watch", "fill_total", "--json")
      #expect(watched.status == 2)
      #expect(try watched.json()["state"] as? String == "cancelled")
    }
  }

  @Test("doctor finds a fit database well, and one without the schema unwell")
  func diagnoses() async throws {
    try await Shop.withMigration { program, connection in
      let well = try await program.run("doctor", "--json")
      #expect(well.status == 0)
      #expect(try well.json()["ok"] as? Bool == true)
      try await connection.query("insert into sluice.schedule (migration) values ('fill_total')")
      let idle = try await program.run("doctor")
      #expect(idle.status == 1)
      #expect(idle.output.contains("Nothing goes on without one: sluice run"))
      #expect(try await program.run("uninstall", "--force").status == 0)
      let bare = try await program.run("doctor")
      #expect(bare.status == 1)
      #expect(bare.output.contains("Run: sluice install"))
    }
  }

  @Test("doctor says to a role without rights, once, who can grant them")
  func diagnosesMissingRights() async throws {
    try await Shop.open { program, connection in
      let role = "stranger_\(getpid())"
      try await connection.query("create role \(role) login")
      var stranger = program
      stranger.environment["PGUSER"] = role
      let ending = try await stranger.run("doctor")
      let owner = try await connection.query("select current_user").single().get(at: 0, as: String.self)
      try await connection.query("drop role \(role)")
      #expect(ending.status == 1)
      let lines = ending.output.split(separator: "\n")
      let failures = lines.indices.filter { lines[$0].hasPrefix("fail") }
      let first = try #require(failures.first)
      #expect(failures.count == 1)
      #expect(lines[first].hasPrefix("fail  rights         \"\(role)\" may not use schema sluice"))
      #expect(lines[first + 1].contains("Let its owner, \"\(owner)\", grant it: "))
      #expect(lines[first + 1].contains("select sluice.grant_viewer('\(role)');"))
      #expect(!ending.output.contains("could not be looked at"))
    }
  }

  @Test("doctor says which guards see nothing, and what to grant, unless they are disabled")
  func diagnosesBlindGuards() async throws {
    try await Shop.open { program, connection in
      let role = "keeper_\(getpid())"
      var program = program
      program.environment["SLUICE_SCHEMA_OWNER"] = role
      #expect(try await finding("guards", program) == "ok: none holds work back")
      try await connection.script(
        """
        create role \(role);
        alter schema sluice owner to \(role);
        alter schema sluice_internal owner to \(role)
        """)
      let blind = try await program.run("doctor")
      try await connection.query("update sluice.guard set enabled = false where name = 'replication_lag'")
      let single = try await finding("guards", program)
      try await connection.query("grant pg_monitor to \(role)")
      let seeing = try await finding("guards", program)
      try await connection.script(
        """
        alter schema sluice owner to current_user;
        alter schema sluice_internal owner to current_user;
        drop role \(role)
        """)
      #expect(blind.status == 0)
      #expect(
        blind.output.contains(
          "warn  guards         none holds work back, but oldest_transaction and replication_lag cannot measure"))
      #expect(blind.output.contains("As a superuser: grant pg_monitor to \(role);"))
      #expect(single.hasPrefix("warn: none holds work back, but oldest_transaction cannot measure"))
      #expect(seeing == "ok: none holds work back")
    }
  }

  @Test("doctor tells what takes in the objects of Sluice, and of capture triggers that were altered")
  func diagnosesNeighborsAndCaptures() async throws {
    try await Shop.open { program, connection in
      #expect(try await finding("neighbors", program) == "ok: nothing takes in what Sluice creates")
      try await connection.script("create publication everything for all tables")
      #expect(
        try await finding("neighbors", program)
          == "warn: publication \"everything\" takes in the tables of Sluice")
      try await connection.script("drop publication everything")
      try await connection.script(
        """
        select sluice.define('captured', 'orders', pending => 'total is null', set => 'total = 0', capture => true);
        select sluice.schedule('captured', immediately => true);
        select sluice_internal.run_one('captured');
        """)
      #expect(try await finding("captures", program) == "ok: 1 convert what is written to public.orders")
      try await connection.script(
        "alter table orders disable trigger user; alter table orders enable trigger user")
      #expect(
        try await finding("captures", program).hasPrefix("warn: altered since it was installed on public.orders: "))
    }
  }

  @Test("doctor says which tables its role may not vacuum")
  func diagnosesVacuum() async throws {
    try await Shop.open { program, connection in
      let role = "author_\(getpid())"
      var author = program
      author.environment["PGUSER"] = role
      try await connection.script(
        """
        create role \(role) login;
        select sluice.grant_viewer('\(role)');
        create table parts (id integer primary key, n integer) partition by list (id);
        create table parts_1 partition of parts for values in (1);
        create table parts_2 partition of parts for values in (2);
        grant select, update on orders, parts, parts_1, parts_2 to \(role);
        """)
      let none = try await finding("vacuum", author)
      #expect(none == "ok: \"\(role)\" owns no migration that is to run")
      try await connection.script("select sluice.grant_author('\(role)')")
      try await connection.script("set session authorization \(role)")
      try await connection.script(Shop.definition)
      try await connection.script("select sluice.define('parts', 'parts', pending => 'n is null', set => 'n = 1')")
      try await connection.script("reset session authorization")
      let refused = try await finding("vacuum", author)
      #expect(refused.hasPrefix("warn: \"\(role)\" may not vacuum public.orders and 2 more: the space of old rows"))
      try await connection.script("alter table orders owner to \(role)")
      try await connection.script("alter table parts_1 owner to \(role)")
      #expect(try await finding("vacuum", author).hasPrefix("warn: \"\(role)\" may not vacuum public.parts_2: "))
      try await connection.script("alter table parts_2 owner to \(role)")
      #expect(try await finding("vacuum", author) == "ok: \"\(role)\" may vacuum what its migrations change")
      try await connection.script("update sluice.policy set vacuum_share = 0")
      #expect(try await finding("vacuum", author) == "ok: left to autovacuum: vacuum_share is 0")
      #expect(try await program.run("uninstall", "--force").status == 0)
      try await connection.script("drop owned by \(role); drop role \(role)")
    }
  }

  @Test("doctor tells of a guard that cannot be read, and of an owner that cannot log in")
  func diagnosesGuardsAndOwners() async throws {
    try await Shop.withMigration { program, connection in
      let role = "retired_\(getpid())"
      try await connection.script(
        """
        insert into sluice.schedule (migration) values ('fill_total');
        create role \(role) login;
        select sluice.grant_author('\(role)');
        grant all on orders to \(role);
        select sluice.set_owner('fill_total', '\(role)');
        alter role \(role) nologin;
        insert into sluice_internal.guard_reading (guard, target, factor, error, read_at)
        select g.name, 'orders'::regclass, 1, 'relation "app.errors" does not exist', now()
        from sluice.guard g where g.name = 'replication_lag'
        """)
      let guards = try await finding("guards", program)
      let migrations = try await finding("migrations", program)
      #expect(try await program.run("uninstall", "--force").status == 0)
      try await connection.script("drop owned by \(role); drop role \(role)")
      #expect(guards.hasPrefix("warn: guard replication_lag holds nothing back, because it cannot be read: "))
      #expect(migrations.hasPrefix("fail: fill_total: owner cannot log in: role \"\(role)\" may not log in"))
    }
  }

  @Test("doctor fails on what it cannot look at, counts in plain words, and knows a pg_cron in another database")
  func diagnosesBlindly() async throws {
    try await Shop.withMigration { program, connection in
      try await connection.query("insert into sluice.schedule (migration) values ('fill_total')")
      #expect(try await finding("driver", program) == "fail: 0 workers, 0 sessions of drivers, 1 migration to run")
      #expect(
        try await finding("pg_cron", program)
          == "ok: not in this database; a job in the database of pg_cron may call sluice.work() here")
      try await connection.script("delete from sluice.schedule; drop view sluice.captures cascade")
      let blind = try await program.run("doctor")
      #expect(blind.status == 1)
      #expect(blind.output.contains("fail  captures       could not be looked at: relation \"sluice.captures\""))
    }
  }

  @Test("install and uninstall may be repeated, and other commands ask for install")
  func installs() async throws {
    try await Shop.open { program, _ in
      #expect(try await program.run("install", "--json").json()["change"] as? String == "none")
      #expect(try await program.run("uninstall").status == 0)
      #expect(try await program.run("uninstall", "--json").output == "{\"removed\":false}\n")
      let ending = try await program.run("list")
      #expect(ending.status == 73)
      #expect(ending.error.contains("hint: Install it: sluice install"))
      #expect(try await program.run("install", "--json").json()["change"] as? String == "installed")
    }
  }

  @Test("A driver whose schema is removed ends with 73, and says why in one line")
  func endsWithoutSchema() async throws {
    try await Shop.open { program, connection in
      async let running = program.run("run")
      try await waitUntil("the driver is there") {
        try await !connection.query(
          """
          select from pg_stat_activity
          where datname = current_database() and application_name = 'sluice worker' and state = 'idle'
            and query <> '' and state_change < clock_timestamp() - interval '100 milliseconds'
          """
        ).isEmpty
      }
      #expect(try await program.run("uninstall").status == 0)
      let ending = try await running
      #expect(ending.status == 73)
      let lines = ending.error.split(separator: "\n").filter {
        !$0.contains(" info     ")
      }
      #expect(lines.first == "sluice: Sluice is not installed in this database")
    }
  }

  @Test("A schema that is newer than the program is refused with 73")
  func refusesNewerSchema() async throws {
    try await Shop.open { program, connection in
      try await connection.query(
        "create or replace function sluice.version() returns text language sql immutable as $$ select '99.0.0' $$")
      let ending = try await program.run("list")
      #expect(ending.status == 73)
      #expect(ending.error.contains("99.0.0"))
    }
  }

  @Test("A migration that runs is begun again only by force; one that is not scheduled says so")
  func restarts() async throws {
    try await Shop.withMigration { program, connection in
      try await connection.script(
        "insert into sluice.schedule (migration) values ('fill_total'); select sluice_internal.run_one('fill_total')")
      let refused = try await program.run("restart", "fill_total")
      #expect(refused.status == 2)
      #expect(refused.error.contains("migration \"fill_total\" is running: "))
      #expect(refused.error.contains("hint: If that is meant: sluice restart fill_total --force"))
      #expect(try await program.run("restart", "fill_total", "--force").output.hasPrefix("fill_total  begins again\n"))
      #expect(try await program.run("cancel", "fill_total").status == 0)
      let cancelled = try await program.run("restart", "fill_total")
      #expect(cancelled.status == 0)
      #expect(cancelled.output.contains("once it is scheduled, which it is not now: sluice schedule fill_total"))
    }
  }

  @Test("Advice names commands, and moments are short, for people alone")
  func translates() async throws {
    try await Shop.withMigration { program, _ in
      #expect(try await program.run("ensure", "fill_total").output.contains("its schedule: sluice schedule fill_total"))
      let json = try await program.run("status", "fill_total", "--json")
      #expect(json.output.contains("select * from sluice.schedule('fill_total');"))
      #expect(try await program.run("schedule", "fill_total", "--starting", "tomorrow 02:00").status == 0)
      let page = try await program.run("status", "fill_total")
      #expect(page.output.contains(#/its start at [A-Z][a-z]{2} 02:00/#))
      #expect(!page.output.contains("02:00:00"))
    }
  }

  @Test(
    "A command that is none is called so, with the one that was meant",
    arguments: [("stat", "status"), ("instal", "install")])
  func knowsNoCommand(word: String, meant: String) async throws {
    let ending = try await Program().run(word)
    #expect(ending.status == 64)
    #expect(
      ending.error == "sluice: there is no command \"\(word)\"\nhint: Did you mean sluice \(meant)? See sluice help.\n")
    #expect(
      try await Program().run("frobnicate").error
        == "sluice: there is no command \"frobnicate\"\nhint: See sluice help.\n")
  }

  @Test("A value that is none of several is refused with all of them, in one line")
  func namesValues() async throws {
    #expect(
      try await Program().run("run", "--log-level", "loud").error.hasSuffix(
        ": trace, debug, info, notice, warning, error\nhint: See sluice help run.\n"))
  }

  @Test(
    "A command line that makes no sense ends with 64 and points to help",
    arguments: [
      ["bogus"], ["pause"], ["list", "--bogus"], ["throttle", "a", "fast"], ["run", "--workers", "0"],
      ["preview", "a", "--rows", "0"], ["demo", "--scale", "0"],
    ])
  func refusesUsage(arguments: [String]) async throws {
    let program = Program()
    let ending =
      try await arguments.count == 1
      ? program.run(arguments[0])
      : arguments.count == 2
        ? program.run(arguments[0], arguments[1]) : program.run(arguments[0], arguments[1], arguments[2])
    #expect(ending.status == 64)
    #expect(ending.error.hasPrefix("sluice: "))
    #expect(ending.error.contains("hint: See sluice help"))
  }
}
