import Postgres
import SluiceTesting
import Testing

/// Ways to connect and to fail.
@Suite("Connecting", .timeLimit(.minutes(5)))
struct ConnectTests {
  @Test("sets an application name and gives way to the user's")
  func applicationName() async throws {
    let show = "select current_setting('application_name')"
    var configuration = PostgresConfiguration.environment
    configuration.applicationName = "fallback"
    let fallback = try await withConnection(configuration) {
      try await $0.query(show).single().get(at: 0, as: String.self)
    }
    #expect(fallback == "fallback")
    configuration.connectionString = "application_name=chosen"
    let chosen = try await withConnection(configuration) {
      try await $0.query(show).single().get(at: 0, as: String.self)
    }
    #expect(chosen == "chosen")
  }

  @Test("takes a connection string, a URL and the name of a database")
  func forms() async throws {
    for text in ["dbname=template1", "postgres:///template1", "template1"] {
      let name = try await withConnection(PostgresConfiguration(text)) { connection in
        try await connection.query("select current_database()").single().get(at: 0, as: String.self)
      }
      #expect(name == "template1")
    }
  }

  @Test("with a bad connection string says so, without any word of it")
  func badConninfo() async throws {
    for text in ["password=hunter two=2 host=x", "postgres://u:hunter@host:port:1/%zz", "password='hunter"] {
      let error = try await failure { try await PostgresConnection.connect(PostgresConfiguration(text)).close() }
      #expect(error.code == .usage && error.hint != nil)
      #expect(!"\(error)".contains("hunter") && !"\(error)".contains("two"))
    }
  }

  @Test("never describes a password")
  func hiddenPassword() {
    let configuration = PostgresConfiguration("postgres://app:hunter2@db.example.com:6432/shop")
    #expect("\(configuration)" == "host=db.example.com port=6432 dbname=shop user=app")
    var dumped = ""
    dump(configuration, to: &dumped)
    #expect(!dumped.contains("hunter2") && !String(reflecting: configuration).contains("hunter2"))
  }

  @Test("with a wrong password says what the server said, with its SQLSTATE")
  func wrongPassword() async throws {
    try await ThrowawayCluster.withCluster { cluster in
      try await withConnection(cluster.configuration()) { connection in
        try await connection.query("create role app login password 'right'")
      }
      try await cluster.setAuthentication("local all postgres trust\nlocal all all scram-sha-256\n")
      var configuration = cluster.configuration()
      configuration.overrides.merge(["user": "app", "password": "wrong"]) { $1 }
      let error = try await failure { try await PostgresConnection.connect(configuration).close() }
      #expect(error.code == .connectionFailed && error.sqlState == "28P01")
      #expect(error.message.hasSuffix("FATAL: password authentication failed for user \"app\""))
      configuration.overrides["password"] = "right"
      #expect(try await withConnection(configuration) { try await $0.query("select 1") }.count == 1)
    }
  }

  @Test("to a database that does not exist says so")
  func unknownDatabase() async throws {
    let error = try await failure {
      try await PostgresConnection.connect(PostgresConfiguration("dbname=nowhere")).close()
    }
    #expect(error.code == .connectionFailed && error.sqlState == "3D000")
  }

  @Test("to a port where nobody listens is refused at once")
  func refused() async throws {
    let start = ContinuousClock.now
    let error = try await failure {
      try await PostgresConnection.connect(PostgresConfiguration("host=127.0.0.1 port=1")).close()
    }
    #expect(error.code == .connectionFailed && error.message.contains("Connection refused"))
    #expect(start.duration(to: .now) < .seconds(5))
  }

  @Test("goes on to the next host of a list")
  func severalHosts() async throws {
    var configuration = PostgresConfiguration.environment
    let proxy = try TCPProxy(to: configuration)
    defer { proxy.close() }
    configuration.connectionString = "host=127.0.0.1,127.0.0.1 port=1,\(proxy.port) sslmode=disable"
    #expect(try await withConnection(configuration) { try await $0.query("select 1") }.count == 1)
  }

  @Test("to a server that says nothing ends at the deadline")
  func silentServer() async throws {
    let proxy = try TCPProxy(to: .environment)
    defer { proxy.close() }
    proxy.arm(TCPProxy.Fault(at: .message(1, .toClient), ending: .silence))
    let start = ContinuousClock.now
    let error = try await failure {
      try await PostgresConnection.connect(proxy.configuration, deadline: .now + .milliseconds(300)).close()
    }
    #expect(error.code == .timeout)
    #expect(start.duration(to: .now) < .seconds(10))
  }

  @Test("ends when its task is cancelled")
  func cancelled() async throws {
    let proxy = try TCPProxy(to: .environment)
    defer { proxy.close() }
    proxy.arm(TCPProxy.Fault(at: .message(1, .toClient), ending: .silence))
    let task = Task { [configuration = proxy.configuration] in
      try await PostgresConnection.connect(configuration, deadline: .now + .seconds(30)).close()
    }
    try await waitUntil("the server has answered") { !proxy.isArmed }
    task.cancel()
    #expect(try await failure { try await task.value }.code == .cancelled)
  }
}
