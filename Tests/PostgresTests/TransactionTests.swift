import Postgres
import SluiceTesting
import Testing

/// Transactions, and what is known about their end.
@Suite("A transaction", .timeLimit(.minutes(5)))
struct TransactionTests {
  @Test("commits what the body did")
  func commit() async throws {
    try await withConnection { connection in
      try await connection.query("create temp table t (n int)")
      let status = try await connection.withTransaction { connection in
        try await connection.query("insert into t values (1)")
        return await connection.transactionStatus
      }
      #expect(status == .inTransaction)
      #expect(await connection.transactionStatus == .idle)
      #expect(try await connection.query("table t").count == 1)
    }
  }

  @Test("rolls back when the body throws, and throws the same")
  func rollback() async throws {
    try await withConnection { connection in
      try await connection.query("create temp table t (n int)")
      let error = try await failure {
        try await connection.withTransaction { connection in
          try await connection.query("insert into t values (1)")
          try await connection.query("select 1/0")
        }
      }
      #expect(error.sqlState == "22012")
      #expect(try await connection.query("table t").isEmpty)
    }
  }

  @Test("rolls back when its task is cancelled")
  func cancellation() async throws {
    try await withConnection { observer in
      try await withConnection { connection in
        let backend = await connection.backendProcessID
        let task = Task {
          try await connection.withTransaction { try await $0.query("select pg_sleep(30)") }
        }
        try await waitForBackend(backend, toBe: "active", seenBy: observer)
        task.cancel()
        #expect(try await failure { _ = try await task.value }.code == .cancelled)
        #expect(await connection.transactionStatus == .idle)
      }
    }
  }

  @Test("that failed inside is not reported as committed")
  func failedInside() async throws {
    try await withConnection { connection in
      let error = try await failure {
        try await connection.withTransaction { connection in
          _ = try? await connection.query("select 1/0")
        }
      }
      #expect(error.message == "the transaction was rolled back at its commit" && !error.isOutcomeUnknown)
    }
  }

  @Test("whose answer to COMMIT is lost says that the outcome is unknown", arguments: TCPProxy.Ending.allCases)
  func swallowedCommit(_ ending: TCPProxy.Ending) async throws {
    try await TestDatabase.withDatabase { database in
      var configuration = database.configuration
      configuration.cancelGrace = .milliseconds(200)
      let proxy = try TCPProxy(to: configuration)
      defer { proxy.close() }
      try await withConnection(proxy.configuration) { connection in
        try await connection.query("create table t (n int)")
        proxy.arm(TCPProxy.Fault(at: .completion("COMMIT"), ending: ending))
        let error = try await failure {
          try await connection.withTransaction(
            deadline: .now + (ending == .silence ? .seconds(2) : .seconds(20))
          ) { connection in
            _ = try await connection.query("insert into t values (1)")
          }
        }
        #expect(error.isOutcomeUnknown)
        #expect(error.code == (ending == .silence ? .timeout : .connectionLost))
        #expect(await connection.isClosed)
      }
      #expect(try await withConnection(database.configuration) { try await $0.query("table t") }.count == 1)
    }
  }

  @Test("cut before its COMMIT is known to be rolled back")
  func cutBefore() async throws {
    let proxy = try TCPProxy(to: .environment)
    defer { proxy.close() }
    try await withConnection(proxy.configuration) { connection in
      let error = try await failure {
        try await connection.withTransaction { connection in
          proxy.arm(TCPProxy.Fault(at: .message(1, .toServer), ending: .reset))
          try await connection.query("select 1")
        }
      }
      #expect(error.code == .connectionLost && !error.isOutcomeUnknown)
    }
  }
}
