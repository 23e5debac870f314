import Foundation
import Postgres
import SluiceTesting
import Testing

@testable import SluiceCLI

/// Servers that cannot be reached or used.
@Suite(.timeLimit(.minutes(1))) struct ServerTests {
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
      try await connection.script("drop schema sluice cascade")
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

  @Test("The names that hints are given for are those of sluice.audience()")
  func knowsAudiences() async throws {
    try await Shop.open { _, connection in
      let known = try await connection.query("select name, audience from sluice.audience()").map {
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
      versionNumber: 140_012, version: "14.12", isStandby: false, hasSchema: true, mayEnterSchema: true, role: "a",
      database: "b")
    let failure = #expect(throws: Failure.self) { try old.require([]) }
    #expect(failure?.status == .unsuitableServer)
    #expect(failure?.message == "PostgreSQL 14.12 is too old")
  }
}
