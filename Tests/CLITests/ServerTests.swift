import Foundation
import Postgres
import SluiceTesting
import Testing

@testable import SluiceCLI

/// Servers that cannot be reached or used.
@Suite(.timeLimit(.minutes(5))) struct ServerTests {
  @Test("No server, no database, no role, a connection string that cannot be read")
  func cannotConnect() async throws {
    let program = Program()
    let nowhere = try await program.run("list", "--database", "host=/nowhere")
    #expect(nowhere.status == 69)
    #expect(nowhere.error.hasPrefix("sluice: could not connect: "))
    #expect(nowhere.error.contains("hint: Is the server running there?"))
    #expect(try await program.run("list", "--database", "dbname=no_such_database").status == 66)
    #expect(try await program.run("list", "--database", "user=no_such_role").status == 77)
    #expect(try await program.run("list", "--database", "postgres://a:secret@[").status == 64)
    #expect(try await program.run("list", "-d", "foo=bar").error.hasPrefix("sluice: invalid connection option \"foo\""))
    let parted = try await program.run("list", "-d", "password=hid den=1")
    #expect(parted.status == 64)
    #expect(!parted.error.contains("den"))
    let port = try await program.run("list", "-d", "port=abc dbname=shop")
    #expect(port.status == 64)
    #expect(port.error.contains("\"abc\"") && !port.error.contains("Is the server running there?"))
    #expect(!(try await program.run("list", "--database", "postgres://a:secret@[").error.contains("secret")))
  }

  @Test("A role without rights ends with 77 and learns who can help")
  func lacksRights() async throws {
    try await Shop.open { program, connection in
      let role = "stranger_\(getpid())"
      try await connection.query("create role \(role) login")
      var program = program
      program.environment["PGUSER"] = role
      let ending = try await program.run("list", "--json")
      try await connection.query("drop role \(role)")
      #expect(ending.status == 77)
      #expect((try ending.json()["error"] as? [String: Any])?["sqlstate"] as? String == "42501")
    }
  }

  @Test("Each refusal of something of Sluice's names the grant that is missing")
  func namesGrants() async throws {
    try await Shop.open { program, connection in
      let role = "helper_\(getpid())"
      try await connection.script("create role \(role) login; select sluice.grant_viewer('\(role)')")
      var program = program
      program.environment["PGUSER"] = role
      let define = try await program.run("define", "-", input: Shop.definition)
      let pause = try await program.run("pause", "fill_total")
      let uninstall = try await program.run("uninstall")
      try await connection.script("select sluice.revoke_access('\(role)')")
      let list = try await program.run("list")
      try await connection.script("drop schema sluice, sluice_internal cascade")
      let install = try await program.run("install")
      try await connection.script("drop role \(role)")
      #expect(define.error.contains("grant it: select sluice.grant_author('\(role)');"))
      #expect(pause.error.contains("grant it: select sluice.grant_operator('\(role)');"))
      #expect(uninstall.error.contains("Only the owner of schema sluice may do that"))
      #expect(list.error.contains("hint: "))
      #expect(install.status == 77)
      #expect(install.error.contains("grant create on database ") && install.error.contains(" to \"\(role)\";"))
    }
  }

  @Test("The names that hints are given for are those of sluice_internal.audience()")
  func knowsAudiences() async throws {
    try await Shop.open { _, connection in
      let known = try await connection.query("select name, audience from sluice_internal.audience()").map {
        (try $0.get(at: 0, as: String.self), try $0.get(at: 1, as: String.self))
      }
      func names(_ audience: String) -> Set<String> { Set(known.filter { $0.1 == audience }.map(\.0)) }
      #expect(Failure.verbs.isSubset(of: names("control")))
      #expect(Failure.authors.isSubset(of: names("author")))
      #expect(Failure.views.isSubset(of: names("viewer")))
      #expect(Failure.owners.isSubset(of: names("owner")))
    }
  }

  @Test("A wrong password ends with 77; a standby takes no writes and ends with 78, but may be asked")
  func refusesPasswordAndStandby() async throws {
    try await ThrowawayCluster.withCluster { cluster in
      try await PostgresConnection.withConnection(cluster.configuration()) { connection in
        try await connection.script("create role guarded login password 'right'")
        let rules = "local all guarded scram-sha-256\nlocal all all trust\nlocal replication all trust\n"
        try Data(rules.utf8).write(to: URL(filePath: "\(cluster.dataDirectory)/pg_hba.conf"))
        try await connection.query("select pg_reload_conf()")
      }
      var program = Program(database: "postgres", environment: cluster.environment)
      #expect(try await program.run("install").status == 0)
      let standby = try await cluster.startStandby()
      program.environment = standby.environment
      let write = try await program.run("pause", "anything")
      let read = try await program.run("list")
      await standby.remove()
      #expect(write.status == 78)
      #expect(write.error.contains("hint: Connect to the primary"))
      #expect(read.status == 0)

      program.environment = cluster.environment.merging(["PGUSER": "guarded", "PGPASSWORD": "wrong"]) { $1 }
      let wrong = try await program.run("list")
      #expect(wrong.status == 77)
      #expect(wrong.error.contains("hint: Check the user, and its password"))
    }
  }

  @Test("A server older than 15 is refused with 78")
  func refusesOldServers() {
    let old = Server(
      versionNumber: 140_012, version: "14.12", isStandby: false, readOnlySource: nil, hasSchema: true,
      mayEnterSchema: true, role: "a",
      database: "b")
    let failure = #expect(throws: Failure.self) { try old.require([]) }
    #expect(failure?.status == .unsuitableServer)
    #expect(failure?.message == "PostgreSQL 14.12 is too old")
  }

  @Test("A server that answers and does not let a session in ends with 77, and nobody asks whether it runs")
  func refusesLogins() async throws {
    try await Shop.open { program, connection in
      let role = "night_\(getpid())"
      try await connection.query("create role \(role)")
      var refused = program
      refused.environment["PGUSER"] = role
      let noLogin = try await refused.run("list")
      #expect(noLogin.status == 77)
      #expect(!noLogin.error.contains("running"))
      if await connection.serverVersion >= 170_000 {
        try await connection.script(
          """
          alter role \(role) login;
          create function no_logins() returns event_trigger language plpgsql as $$
          begin
            if session_user = '\(role)' then raise exception 'no logins in the night'; end if;
          end
          $$;
          create event trigger no_logins on login execute function no_logins();
          """)
        let raised = try await refused.run("list", "--json")
        let run = try await refused.run("run")
        try await connection.script("drop event trigger no_logins")
        #expect(raised.status == 77 && run.status == 77)
        #expect(run.error.contains("no logins in the night"))
        #expect(run.error.contains("hint: The server lets nobody in whom its login trigger refuses."))
      }
      try await connection.script("drop role \(role)")
    }
    try await TestDatabase.withDatabase(from: Shop.template) { database in
      let closed = database.name
      try await PostgresConnection.withConnection(database.configuration.database("postgres")) { administrator in
        try await administrator.query("alter database \(closed) allow_connections false")
        let refused = try await Program(database: closed).run("list")
        try await administrator.query("alter database \(closed) allow_connections true")
        #expect(refused.status == 77)
        #expect(refused.error.contains("is not currently accepting connections"))
        #expect(!refused.error.contains("running there"))
      }
    }
  }

  @Test(
    "A database that takes no writes by an operator's switch may be asked; what writes ends with 78 and the way back",
    arguments: [("database", "alter database \""), ("role", "alter role \"")])
  func obeysReadOnly(place: String, remedy: String) async throws {
    try await Shop.withMigration { program, connection in
      let database = try #require(program.database)
      let role = "reader_\(getpid())"
      try await connection.script("create role \(role) login superuser")
      var program = program
      program.environment["PGUSER"] = role
      let subject = place == "database" ? "database \(database)" : "role \(role)"
      try await connection.query("alter \(subject) set default_transaction_read_only = on")
      let list = try await program.run("list")
      let pause = try await program.run("pause", "fill_total")
      let cleanup = try await program.run("cleanup", "fill_total", "--json")
      let doctor = try await program.run("doctor")
      let asked = try await Program(
        database: database, environment: ["PGUSER": role, "PGOPTIONS": "-c default_transaction_read_only=on"]
      ).run("pause", "fill_total")
      try await connection.script("alter \(subject) reset default_transaction_read_only; drop role \(role)")
      #expect(list.status == 0)
      #expect(pause.status == 78 && cleanup.status == 78)
      #expect(
        pause.error.hasPrefix(
          "sluice: the database takes no writes (default_transaction_read_only)\nhint: When it is to take them again: "
            + remedy))
      #expect(pause.error.hasSuffix(" reset default_transaction_read_only;\n"))
      #expect(doctor.status == 1)
      #expect(
        doctor.output.contains("fail  primary        takes no writes (default_transaction_read_only): nothing runs\n"))
      #expect(asked.error.contains("hint: This connection asks for that: "))
    }
  }
}
