import Foundation
import Postgres
import SluiceTesting
import Testing

/// The surroundings of the tests themselves.
@Suite("A throw-away cluster", .timeLimit(.minutes(5)))
struct ThrowawayClusterTests {
  @Test("leaves nothing behind, neither processes nor files")
  func removal() async throws {
    let cluster = try await ThrowawayCluster.start()
    let processID = try #require(cluster.processID)
    await cluster.remove()
    #expect(!FileManager.default.fileExists(atPath: cluster.directory))
    #expect(cluster.processID != processID)
  }

  @Test("takes settings, and listens on loopback when asked to")
  func settings() async throws {
    var options = ThrowawayCluster.Options()
    options.settings = ["work_mem": "7MB", "cluster_name": "it's"]
    options.listensOnLoopback = true
    try await ThrowawayCluster.withCluster(options) { cluster in
      var configuration = cluster.configuration()
      configuration.overrides["host"] = "127.0.0.1"
      let row = try await withConnection(configuration) { connection in
        try await connection.query("select current_setting('work_mem'), current_setting('cluster_name')").single()
      }
      #expect(try row.get(at: 0, as: String.self) == "7MB")
      #expect(try row.get(at: 1, as: String.self) == "it's")
    }
  }

  @Test("lets no other user of the machine in: by its files, its socket, nor on loopback without the password")
  func isPrivate() async throws {
    var options = ThrowawayCluster.Options()
    options.listensOnLoopback = true
    try await ThrowawayCluster.withCluster(options) { cluster in
      for path in [cluster.directory, cluster.dataDirectory, "\(cluster.socketDirectory)/.s.PGSQL.\(cluster.port)"] {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o700, "\(path)")
      }
      var configuration = cluster.configuration()
      configuration.overrides.merge(["host": "127.0.0.1", "password": "wrong"]) { $1 }
      let error = await #expect(throws: PostgresError.self) { try await withConnection(configuration) { _ in } }
      #expect(error?.sqlState == "28P01" || error?.message.contains("password authentication failed") == true)
    }
  }

  @Test("that cannot start says why, with the server's log")
  func badSetting() async throws {
    var options = ThrowawayCluster.Options()
    options.settings = ["shared_buffers": "nonsense"]
    let error = await #expect(throws: TestingError.self) { try await ThrowawayCluster.start(options) }
    #expect(error?.description.contains("shared_buffers") == true)
  }

  @Test("of a version that is not installed says where it looked")
  func unknownVersion() {
    let error = #expect(throws: TestingError.self) { try ServerPrograms(major: 3) }
    #expect(error?.description.contains("/usr/lib/postgresql/3/bin") == true)
  }

  @Test("can have a standby, which becomes the primary when promoted")
  func standby() async throws {
    try await ThrowawayCluster.withCluster { primary in
      try await withConnection(primary.configuration()) { try await $0.script("create table t (n int)") }
      let standby = try await primary.startStandby()
      do {
        try await withConnection(primary.configuration()) { try await $0.query("insert into t values (1)") }
        try await withConnection(standby.configuration()) { connection in
          try await waitUntil("the row has arrived") { try await connection.query("table t").count == 1 }
        }
        try await primary.stop(.kill)
        try await standby.promote()
        try await withConnection(standby.configuration()) { try await $0.query("insert into t values (2)") }
      } catch {
        await standby.remove()
        throw error
      }
      await standby.remove()
    }
  }

  @Test("gives each suite a database of its own, cloned from a template that was prepared once")
  func templates() async throws {
    let template = TestTemplate("clusters") { try await $0.script("create table t (n int); insert into t values (1)") }
    try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<3 {
        group.addTask {
          try await TestDatabase.withDatabase(from: template) { database in
            let count = try await withConnection(database.configuration) { try await $0.query("delete from t") }
            #expect(count.affectedRows == 1)
            return database.name
          }
        }
      }
      let names = try await group.reduce(into: Set<String>()) { $0.insert($1) }
      #expect(names.count == 3)
    }
  }

  @Test("is waited for by conditions, which name themselves when the time is up")
  func conditions() async throws {
    let error = await #expect(throws: TestingError.self) {
      try await waitUntil("pigs fly", within: .milliseconds(50)) { false }
    }
    #expect(error?.description == "waited in vain until pigs fly")
  }
}
