import Postgres
import Testing

/// Several statements in one round trip.
@Suite("A pipeline", .timeLimit(.minutes(5)))
struct PipelineTests {
  @Test("returns a result for each statement, in order")
  func results() async throws {
    try await withConnection { connection in
      let results = try await connection.pipeline([
        "begin", PostgresStatement("select $1::int as n", [7]), "commit",
      ])
      #expect(results.map(\.commandTag) == ["BEGIN", "SELECT 1", "COMMIT"])
      #expect(try results[1].single().get("n", as: Int.self) == 7)
      #expect(await connection.transactionStatus == .idle)
    }
  }

  @Test("with an error in the middle throws that error, skips the rest and stays in step")
  func errorInTheMiddle() async throws {
    try await withConnection { connection in
      try await connection.query("create temp table t (n int)")
      let error = try await failure {
        try await connection.pipeline(["begin", "insert into t values (1)", "select 1/0", "select nothing", "commit"])
      }
      #expect(error.sqlState == "22012")
      #expect(await connection.transactionStatus == .inFailedTransaction)
      try await connection.query("rollback")
      #expect(try await connection.query("table t").isEmpty)
      #expect(try await connection.pipeline(["select 1", "select 2"]).count == 2)
    }
  }

  @Test("outside a block is one transaction")
  func implicitTransaction() async throws {
    try await withConnection { connection in
      try await connection.query("create temp table t (n int)")
      _ = try await failure { try await connection.pipeline(["insert into t values (1)", "select 1/0"]) }
      #expect(try await connection.query("table t").isEmpty)
    }
  }

  @Test("of thousands of statements does not block")
  func manyStatements() async throws {
    try await withConnection { connection in
      let statements = (0..<5_000).map { PostgresStatement("select repeat('x', 1000), $1::int", [.integer($0)]) }
      let results = try await connection.pipeline(statements)
      #expect(try results.map { try $0.single().get(at: 1, as: Int.self) } == Array(0..<5_000))
    }
  }

  @Test("of nothing does nothing")
  func empty() async throws {
    #expect(try await withConnection { try await $0.pipeline([]).count } == 0)
  }
}
