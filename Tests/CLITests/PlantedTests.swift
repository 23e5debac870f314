import Foundation
import Postgres
import Sluice
import SluiceTesting
import Testing

/// Databases in which others were first.
@Suite("What others planted is not called by the program", .timeLimit(.minutes(10)))
struct PlantedTests {
  /// A database with an operator, cast, function or aggregate in public for each pair of types that pg_catalog has none for;
  /// who calls one is written in the server's log (Tests/sql/support/hostile.sql).
  private static let planted = TestTemplate("planted") { connection in
    let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let script = directory.appending(path: "sql/support/hostile.sql")
    try await connection.script(try String(contentsOf: script, encoding: .utf8))
    let database = try await connection.query("select current_database()").single().get(at: 0, as: String.self)
    try await connection.script(
      """
      do $$
      declare
        wanted name;
      begin
        foreach wanted in array '{planted_owner,planted_author,planted_operator,planted_viewer}'::name[] loop
          begin
            execute format('create role %I login', wanted);
          exception when duplicate_object or unique_violation then
            null;
          end;
        end loop;
      end
      $$;
      grant create on database \(PostgresConnection.quote(database)) to planted_owner;
      grant create on schema public to planted_author;
      reset search_path;
      create table orders (id bigint primary key, cents bigint not null, total bigint);
      insert into orders select n, n, null from generate_series(1, 500) n;
      analyze orders;
      alter table orders owner to planted_author;
      """)
    try await SchemaInstaller().install(on: connection.configuration.user("planted_owner"))
    try await PostgresConnection.withConnection(connection.configuration.user("planted_owner")) { owner in
      try await owner.script(
        """
        select sluice.grant_author('planted_author'); select sluice.grant_operator('planted_operator');
        select sluice.grant_viewer('planted_viewer')
        """)
    }
  }

  private static let definition = """
    select sluice.define('fill_total', target => 'orders', pending => 'total is null', set => 'total = cents',
      on_finish => array['create index concurrently orders_total on orders (total)']);
    """

  /// What the log has of planted code that was called in a database.
  private func record(_ database: TestDatabase) throws -> [String] {
    let data = try #require(ProcessInfo.processInfo.environment["PGDATA"])
    let log = String(decoding: try Data(contentsOf: URL(filePath: "\(data)/../log")), as: UTF8.self)
    return log.split(separator: "\n").map(String.init)
      .filter { $0.contains("@\(database.name) ") && $0.contains("planted:") }
  }

  /// Fails with what was called, if anything was.
  private func expectNothing(of database: TestDatabase, _ by: String) throws {
    let called = try record(database).compactMap { $0.split(separator: "planted: ").last }
    #expect(called.isEmpty, "by \(by): \(Set(called).joined(separator: "; "))")
  }

  private func with(_ body: (TestDatabase, PostgresConnection) async throws -> Void) async throws {
    try await TestDatabase.withDatabase(from: Self.planted) { database in
      let name = PostgresConnection.quote(database.name)
      try await PostgresConnection.withConnection(database.configuration) { administrator in
        try await administrator.script("alter database \(name) set planted.by_programs = 'on'")
      }
      try await PostgresConnection.withConnection(database.configuration.user("planted_owner")) { owner in
        try await owner.query("select sluice.adopt()")
        try await body(database, owner)
      }
    }
  }

  /// Runs each command, whatever it comes to.
  private func runAll(_ program: Program) async throws {
    for command in [
      ["install"], ["doctor"], ["list"], ["status"], ["define", "-"], ["define", "--check", "-"],
      ["status", "fill_total"],
      ["plan", "fill_total", "--within", "1 hour"], ["preview", "fill_total"],
      ["schedule", "fill_total", "--within", "1 hour", "--start", "tomorrow"],
      ["reschedule", "fill_total", "--workers", "2"], ["throttle", "fill_total", "1000"], ["pause", "fill_total"],
      ["resume", "fill_total"], ["retry", "fill_total"], ["accept", "fill_total"], ["cancel", "fill_total"],
      ["restart", "fill_total"], ["events"], ["run", "--until-idle", "--immediately"], ["doctor"], ["list"],
      ["ensure", "fill_total"],
    ] {
      _ = try await program.run(command, input: Self.definition)
    }
  }

  @Test("What is planted is written down when a program calls it")
  func isHeard() async throws {
    try await with { database, _ in
      var configuration = database.configuration
      configuration.applicationName = "sluice doctor"
      try await PostgresConnection.withConnection(configuration) { try await $0.query("select 1::numeric > 1") }
      let told = "numeric > integer was called by a statement of sluice doctor"
      #expect(try record(database).contains { $0.contains(told) })
    }
  }

  @Test("Nor by any command, as superuser, owner, author, operator or viewer")
  func commands() async throws {
    try await with { database, _ in
      var program = Program(database: database.name, environment: ["SLUICE_SCHEMA_OWNER": "planted_owner"])
      for role in ["planted_author", "planted_operator", "planted_viewer", "planted_owner", "postgres"] {
        program.environment["PGUSER"] = role
        try await runAll(program)
        try expectNothing(of: database, "\(role)")
      }
      program.environment["PGUSER"] = "planted_author"
      for command in [["cleanup", "fill_total"], ["watch", "fill_total"], ["forget", "fill_total"]] {
        let ending = try await program.run(command)
        #expect(ending.status == 0, "\(command): \(ending.error)")
      }
      program.environment["PGUSER"] = "postgres"
      #expect(try await program.run("uninstall").status == 0)
      try expectNothing(of: database, "the end")
    }
  }

  @Test("Nor behind a pooler, where no setting of a session lasts", .enabled(if: ConnectionPooler.isInstalled))
  func pooled() async throws {
    try await with { database, _ in
      for role in ["planted_author", "planted_viewer", "postgres"] {
        try await ConnectionPooler.withPooler(to: database.configuration, as: role) { pooler in
          var program = Program(database: database.name, environment: ["SLUICE_SCHEMA_OWNER": "planted_owner"])
          program.environment.merge(["PGHOST": pooler.directory, "PGPORT": "6432", "PGUSER": role]) { $1 }
          try await runAll(program)
          if role == "planted_author" {
            let cleanup = try await program.run("cleanup", "fill_total")
            #expect(cleanup.status == 0, "\(cleanup.error)")
          }
        }
        try expectNothing(of: database, "\(role)")
      }
    }
  }

  @Test(
    "A superuser calls nothing of a schema that another role made, whatever it looks like",
    arguments: [
      "create function sluice.version() returns text language sql as 'select ''0.1.0''::text from public.seize()'",
      "create function sluice.version() returns text language sql as $$ select '\(SchemaSource.embedded.version)' $$",
      "create view sluice.progress as select public.seize() as name",
    ])
  func foreign(statement: String) async throws {
    try await TestDatabase.withDatabase { database in
      let role = "app_\(getpid())"
      try await PostgresConnection.withConnection(database.configuration) { administrator in
        try await administrator.script(
          """
          create role \(role) login;
          create role \(role)_other login;
          create role \(role)_admin login createrole;
          grant create on database \(PostgresConnection.quote(database.name)) to \(role), \(role)_other;
          grant create on schema public to \(role);
          """)
        try await PostgresConnection.withConnection(database.configuration.user(role)) { app in
          try await app.script(
            """
            create function public.seize() returns text language plpgsql as $$
            begin
              raise log 'seized in % by %', current_database(), session_user;
              return 'sluice';
            end
            $$;
            create schema sluice;
            grant usage on schema sluice to public;
            create function sluice.is_adopted() returns boolean language sql as 'select seize() = ''sluice''';
            create view sluice.stuck as select public.seize() as name;
            grant select on sluice.stuck to public;
            """)
          try await app.script(statement)
        }
        var program = Program(database: database.name)
        for command in [
          ["install"], ["doctor"], ["list"], ["status"], ["status", "a"], ["events"], ["uninstall"],
          ["run", "--until-idle"], ["cleanup", "a"], ["pause", "a"], ["ensure", "a"],
        ] {
          let ending = try await program.run(command)
          #expect(ending.status == 73, "\(command) \(ending.error)")
          #expect((ending.output + ending.error).contains(role), "\(command)")
        }
        program.environment["PGUSER"] = "\(role)_other"
        let other = try await program.run("install")
        #expect(statement.contains("$$") || other.status == 73)
        program.environment["PGUSER"] = "\(role)_admin"
        #expect(try await program.run("doctor").status == 73)
        let data = try #require(ProcessInfo.processInfo.environment["PGDATA"])
        let log = String(decoding: try Data(contentsOf: URL(filePath: "\(data)/../log")), as: UTF8.self)
        #expect(!log.contains("seized in \(database.name)"))
        try await administrator.script(
          "drop owned by \(role), \(role)_other cascade; drop role \(role), \(role)_other, \(role)_admin")
      }
    }
  }

  @Test("calls nothing where another role owns the schema of control tables and steps alone")
  func foreignInternal() async throws {
    try await Shop.open { program, connection in
      let role = "app_\(getpid())"
      try await connection.script(
        """
        create role \(role) login;
        select sluice.grant_author('\(role)');
        alter schema sluice_internal owner to \(role);
        """)
      for user in [nil, role] {
        var program = program
        program.environment["PGUSER"] = user
        for command in [["doctor"], ["list"], ["install"], ["run", "--until-idle"], ["cleanup", "a"]] {
          let ending = try await program.run(command)
          // to a role that administers nothing doctor tells what else is well
          let expected: Int32 = user != nil && command == ["doctor"] ? 1 : 73
          #expect(ending.status == expected, "\(user ?? "administrator") \(command) \(ending.error)")
        }
      }
      try await connection.script(
        "alter schema sluice_internal owner to current_user; drop owned by \(role); drop role \(role)")
    }
  }
}

extension PostgresConfiguration {
  /// The same, as another role.
  fileprivate func user(_ name: String) -> PostgresConfiguration {
    var copy = self
    copy.overrides["user"] = name
    return copy
  }
}
