import Postgres
import SluiceTesting
import Testing

/// Calls that take too long or are no longer wanted.
@Suite("A deadline or a cancellation", .timeLimit(.minutes(5)))
struct DeadlineTests {
  @Test("cancels the statement in the server, and the connection goes on")
  func deadline() async throws {
    try await withConnection { connection in
      let start = ContinuousClock.now
      let error = try await failure {
        try await connection.query("select pg_sleep(30)", deadline: .now + .seconds(1))
      }
      #expect(error.code == .timeout && error.sqlState == "57014")
      #expect(start.duration(to: .now) < .seconds(10))
      #expect(try await connection.query("select 1").count == 1)
    }
  }

  @Test("that has passed already sends nothing")
  func passedDeadline() async throws {
    try await withConnection { connection in
      try await connection.query("create temp table t (n int)")
      let error = try await failure { try await connection.query("insert into t values (1)", deadline: .now) }
      #expect(error.code == .timeout && !error.isOutcomeUnknown)
      #expect(try await connection.query("table t").isEmpty)
    }
  }

  @Test("of a call that waits for its turn is kept too")
  func deadlineInLine() async throws {
    try await withConnection { observer in
      try await withConnection { connection in
        let backend = await connection.backendProcessID
        try await observer.query("select pg_advisory_lock(1)")
        let long = Task { try await connection.query("select pg_advisory_lock(1)") }
        try await waitForBackend(backend, toBe: "active", seenBy: observer)
        let error = try await failure { try await connection.query("select 1", deadline: .now + .milliseconds(50)) }
        #expect(error.code == .timeout)
        try await observer.query("select pg_advisory_unlock(1)")
        #expect(try await long.value.count == 1)
      }
    }
  }

  @Test("stops a pipeline in the middle")
  func deadlineInPipeline() async throws {
    try await withConnection { connection in
      let error = try await failure {
        try await connection.pipeline(
          ["select 1", "select pg_sleep(30)", "select 2"], deadline: .now + .milliseconds(100))
      }
      #expect(error.code == .timeout)
      #expect(try await connection.query("select 3").single().get(at: 0, as: Int.self) == 3)
    }
  }

  @Test("of the task cancels the statement in the server")
  func cancelledTask() async throws {
    try await withConnection { observer in
      try await withConnection { connection in
        let backend = await connection.backendProcessID
        let task = Task { try await connection.query("select pg_sleep(30)") }
        try await waitForBackend(backend, toBe: "active", seenBy: observer)
        task.cancel()
        let error = try await failure { _ = try await task.value }
        #expect(error.code == .cancelled && error.sqlState == "57014")
        #expect(try await connection.query("select 1").count == 1)
      }
    }
  }

  @Test("before the call throws without a word to the server")
  func cancelledBefore() async throws {
    try await withConnection { connection in
      let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        try await connection.query("select 1")
      }
      let error = try await failure { _ = try await task.value }
      #expect(error.code == .cancelled)
    }
  }

  @Test("awaits its cancel request, so that the next statement is never hit")
  func cancelIsAwaited() async throws {
    try await withConnection { connection in
      for round in 0..<150 {
        let wait = Duration.microseconds(200 + 37 * round)
        do {
          try await connection.query("select pg_sleep(0.003)", deadline: .now + wait)
        } catch let error as PostgresError {
          #expect(error.code == .timeout)
        }
        #expect(try await connection.query("select $1::int", [.integer(round)]).count == 1)
      }
    }
  }

  @Test("closes the connection when the server is silent, within the grace time")
  func silence() async throws {
    var configuration = PostgresConfiguration.environment
    configuration.cancelGrace = .milliseconds(300)
    let proxy = try TCPProxy(to: configuration)
    defer { proxy.close() }
    try await withConnection(proxy.configuration) { connection in
      proxy.arm(TCPProxy.Fault(at: .message(1, .toClient), ending: .silence))
      let start = ContinuousClock.now
      let error = try await failure { try await connection.query("select 1", deadline: .now + .seconds(1)) }
      #expect(error.code == .timeout && error.isOutcomeUnknown)
      #expect(start.duration(to: .now) < .seconds(5))
      #expect(await connection.isClosed)
    }
  }
}
