import Postgres
import SluiceTesting
import Testing

/// Connections that break.
@Suite("A lost connection", .timeLimit(.minutes(5)))
struct LossTests {
  @Test("by pg_terminate_backend reports the server's first error, 57P01, not the broken socket after it")
  func firstErrorWins() async throws {
    try await withConnection { observer in
      for _ in 0..<10 {
        try await withConnection { connection in
          let backend = await connection.backendProcessID
          async let thrown = failure { try await connection.query("select pg_sleep(30)") }
          try await waitForBackend(backend, toBe: "active", seenBy: observer)
          try await observer.query("select pg_terminate_backend($1)", [.integer(backend)])
          let error = try await thrown
          #expect(error.code == .connectionLost && error.sqlState == "57P01")
          #expect(await connection.isClosed)
        }
      }
    }
  }

  @Test("while idle is noticed without a query, and the next call says why")
  func idleLoss() async throws {
    try await withConnection { observer in
      try await withConnection { connection in
        let backend = await connection.backendProcessID
        try await observer.query("select pg_terminate_backend($1)", [.integer(backend)])
        try await waitUntil("the loss is noticed") { await connection.isClosed }
        let error = try await failure { try await connection.query("select 1") }
        #expect(error.code == .connectionLost && !error.isOutcomeUnknown)
        #expect(error.message.contains("terminating connection due to administrator command"))
      }
    }
  }

  @Test("just before a call is told in the server's words, and the call is known not to have been sent")
  func lossBeforeCall() async throws {
    try await withConnection { observer in
      for round in 0..<30 {
        try await withConnection { connection in
          let backend = await connection.backendProcessID
          try await observer.query("select pg_terminate_backend($1, 60000)", [.integer(backend)])
          let error = try await failure { try await connection.perform(round) }
          #expect(error.code == .connectionLost && error.sqlState == "57P01" && !error.isOutcomeUnknown)
        }
      }
    }
  }

  @Test("at the moment of a call is told in the server's words, at any point of its end")
  func lossAtCall() async throws {
    try await withConnection { observer in
      for round in 0..<150 {
        try await withConnection { connection in
          try await observer.query("select pg_terminate_backend($1)", [.integer(await connection.backendProcessID)])
          // The backend says why, and hangs up a moment later.
          try await Task.sleep(for: .microseconds(round / 3 % 15 * 200))
          let error = try await failure { while true { try await connection.perform(round) } }
          #expect(error.code == .connectionLost && error.sqlState == "57P01")
        }
      }
    }
  }

  @Test("fails the calls that wait in line, too")
  func line() async throws {
    try await withConnection { observer in
      try await withConnection { connection in
        let backend = await connection.backendProcessID
        async let first = failure { try await connection.query("select pg_sleep(30)") }
        try await waitForBackend(backend, toBe: "active", seenBy: observer)
        async let second = failure { try await connection.query("select 1") }
        try await observer.query("select pg_terminate_backend($1)", [.integer(backend)])
        let (running, waiting) = try await (first, second)
        #expect(running.code == .connectionLost && running.isOutcomeUnknown)
        #expect(waiting.code == .connectionLost && !waiting.isOutcomeUnknown)
      }
    }
  }

  @Test("by a crash of the server is an error, and the server takes connections again after a restart")
  func crash() async throws {
    try await ThrowawayCluster.withCluster { cluster in
      try await withConnection(cluster.configuration()) { connection in
        async let thrown = failure { try await connection.query("select pg_sleep(30)") }
        try await withConnection(cluster.configuration()) { observer in
          try await waitForBackend(await connection.backendProcessID, toBe: "active", seenBy: observer)
        }
        try await cluster.stop(.kill)
        let error = try await thrown
        #expect(error.code == .connectionLost)
      }
      try await cluster.start()
      #expect(try await withConnection(cluster.configuration()) { try await $0.query("select 1") }.count == 1)
    }
  }

  @Test(
    "at any message of a query, in both directions and by any ending, never hangs a call",
    arguments: TCPProxy.Ending.allCases, [TCPProxy.Direction.toServer, .toClient])
  func everyCut(_ ending: TCPProxy.Ending, _ direction: TCPProxy.Direction) async throws {
    var configuration = PostgresConfiguration.environment
    configuration.cancelGrace = .milliseconds(100)
    let limit = ending == .silence ? Duration.milliseconds(300) : .seconds(10)
    var cuts = 0
    while true {
      let proxy = try TCPProxy(to: configuration)
      defer { proxy.close() }
      let connection = try await PostgresConnection.connect(proxy.configuration)
      proxy.arm(TCPProxy.Fault(at: .message(cuts + 1, direction), ending: ending))
      do {
        try await connection.pipeline(["begin", "select 1", "commit"], deadline: .now + limit)
        await connection.close()
        break
      } catch let error as PostgresError {
        if proxy.isArmed {  // So loaded a machine that the deadline passed before the cut.
          await connection.close()
          continue
        }
        #expect(error.code == (ending == .silence ? .timeout : .connectionLost))
        #expect(error.isOutcomeUnknown)
        #expect(await connection.isClosed)
        cuts += 1
      }
    }
    #expect(cuts >= 10)
  }
}

extension PostgresConnection {
  /// Sends a request of one of three kinds.
  fileprivate func perform(_ round: Int) async throws {
    switch round % 3 {
    case 0: try await query("select 1")
    case 1: try await script("select 1; select 2")
    default:
      let long = PostgresParameter.text(String(repeating: "x", count: 20_000))
      try await pipeline(["select 1", PostgresStatement("select $1", [long])])
    }
  }
}
