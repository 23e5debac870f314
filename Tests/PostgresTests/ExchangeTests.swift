import Testing

@testable import Postgres

/// The state machine of one request, without a server.
@Suite("An exchange", .timeLimit(.minutes(5)))
struct ExchangeTests {
  private let fatal: PostgresError = {
    var error = PostgresError(.server, "terminating connection due to administrator command")
    error.sqlState = "57P01"
    error.severity = "FATAL"
    return error
  }()
  private let lost = PostgresError(.connectionLost, "server closed the connection unexpectedly")

  @Test("is complete at the end of the statement")
  func complete() throws {
    var exchange = Exchange(shape: .statement, mayCommit: true)
    let result = PostgresResult(columns: [], rows: [], commandTag: "BEGIN", notices: [])
    #expect(exchange.receive(.result(result)).isWait)
    #expect(try exchange.receive(.endOfStatement).results()?.map(\.commandTag) == ["BEGIN"])
  }

  @Test("of a pipeline is complete only at the synchronization point")
  func pipeline() throws {
    var exchange = Exchange(shape: .pipeline, mayCommit: true)
    #expect(exchange.receive(.endOfStatement).isWait)
    #expect(exchange.receive(.skipped).isWait)
    #expect(try exchange.receive(.endOfPipeline).results()?.isEmpty == true)
  }

  @Test("keeps the first error, which says more than the ones after it")
  func firstErrorWins() {
    var exchange = Exchange(shape: .statement, mayCommit: false)
    #expect(exchange.receive(.failure(fatal)).isWait)
    #expect(exchange.receive(.failure(lost)).isWait)
    let error = exchange.lost(lost)
    #expect(error.sqlState == "57P01" && error.code == .connectionLost && !error.isOutcomeUnknown)
  }

  @Test("that sent a cancel is not complete before the cancel has returned")
  func cancelIsAwaited() throws {
    var exchange = Exchange(shape: .statement, mayCommit: false)
    #expect(exchange.stop(.deadline).isCancel)
    #expect(exchange.receive(.endOfStatement).isWait)
    #expect(try exchange.cancelReturned().results()?.isEmpty == true)
  }

  @Test("whose cancel came too early sends another one")
  func cancelAgain() {
    var exchange = Exchange(shape: .pipeline, mayCommit: false)
    #expect(exchange.stop(.cancellation).isCancel)
    guard case .cancelAgainSoon = exchange.cancelReturned() else {
      Issue.record("expected another cancel")
      return
    }
    #expect(exchange.cancelAgain().isCancel)
    #expect(exchange.cancelAgain().isWait)
  }

  @Test("is stopped once, and not when it is over")
  func stopOnce() {
    var exchange = Exchange(shape: .statement, mayCommit: false)
    #expect(exchange.stop(.cancellation).isCancel)
    #expect(exchange.stop(.deadline).isWait)
  }

  @Test("whose statement was refused before the loss cannot have committed")
  func refusedBefore() {
    var refusal = PostgresError(.server, "division by zero")
    refusal.severity = "ERROR"
    var exchange = Exchange(shape: .pipeline, mayCommit: true)
    _ = exchange.receive(.failure(refusal))
    #expect(!exchange.lost(lost).isOutcomeUnknown)
    #expect(Exchange(shape: .pipeline, mayCommit: true).lost(lost).isOutcomeUnknown)
  }
}

/// What may have been committed when the connection breaks.
@Suite("A request", .timeLimit(.minutes(5)))
struct RequestTests {
  @Test(
    "knows whether it can commit",
    arguments: [
      (["update t set n = 1"], false, true),
      (["update t set n = 1"], true, false),
      (["/* a /* b */ */ -- c\n COMMIT"], true, true),
      (["begin", "update t set n = 1"], false, false),
      (["begin", "update t set n = 1", "end"], false, true),
      (["rollback"], true, false),
      (["rollback", "update t set n = 1"], true, true),
      (["rollback to savepoint s", "update t set n = 1"], true, false),
    ])
  func mayCommit(_ statements: [String], insideTransaction: Bool, expected: Bool) {
    let request = Request.pipeline(statements.map { PostgresStatement($0) })
    #expect(request.mayCommit(insideTransaction: insideTransaction) == expected)
  }
}

extension Exchange.Action {
  fileprivate var isWait: Bool { if case .wait = self { true } else { false } }
  fileprivate var isCancel: Bool { if case .cancel = self { true } else { false } }

  fileprivate func results() throws -> [PostgresResult]? {
    guard case .complete(let outcome) = self else { return nil }
    return try outcome.get()
  }
}
