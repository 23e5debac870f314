/// State of one request and its answers: what to do next is a value, decided without a server.
///
/// Two rules live here. The first error of the server wins, because the ones after it say less. And a request that sent
/// a cancel is not over before that cancel has returned, or it would hit the next statement on the connection.
struct Exchange {
  /// Shape of the answers to wait for.
  let shape: Shape
  /// Whether a loss in mid-flight leaves it open if something was committed.
  let mayCommit: Bool

  private var results: [PostgresResult] = []
  private var failure: PostgresError?
  private var stopReason: StopReason?
  private var isCancelInFlight = false
  /// Whether every answer has been taken; asking for more would give nothing, again and again.
  private(set) var isDrained = false

  /// Request just sent.
  init(shape: Shape, mayCommit: Bool) {
    self.shape = shape
    self.mayCommit = mayCommit
  }

  /// Takes one answer of the server.
  mutating func receive(_ answer: Answer) -> Action {
    switch answer {
    case .result(let result): results.append(result)
    case .failure(let error): failure = failure ?? error
    case .skipped: break
    case .copy:
      return .close(PostgresError(.usage, "COPY is not supported", isOutcomeUnknown: mayCommit))
    case .endOfStatement: isDrained = isDrained || shape == .statement
    case .endOfPipeline: isDrained = true
    }
    return conclude()
  }

  /// The deadline passed or the task was cancelled.
  mutating func stop(_ reason: StopReason) -> Action {
    guard stopReason == nil, !isDrained else { return .wait }
    stopReason = reason
    isCancelInFlight = true
    return .cancel
  }

  /// The cancel request returned; the server has passed its signal on.
  mutating func cancelReturned() -> Action {
    isCancelInFlight = false
    return isDrained ? conclude() : .cancelAgainSoon
  }

  /// A cancel may have come too early, between two statements: once more.
  mutating func cancelAgain() -> Action {
    guard !isDrained, !isCancelInFlight else { return .wait }
    isCancelInFlight = true
    return .cancel
  }

  /// The server did not answer the cancel in time.
  func graceExpired() -> Action {
    guard let stopReason else { return .wait }
    var error = stopReason.error
    error.message += "; the server did not answer the cancel and the connection was closed"
    error.isOutcomeUnknown = isCommitPossible
    return .close(error)
  }

  /// The connection is gone; `loss` says how that was noticed.
  func lost(_ loss: PostgresError) -> PostgresError {
    var error = failure ?? loss
    error.code = .connectionLost
    error.isOutcomeUnknown = isCommitPossible
    return error
  }

  /// Whether something may have been committed: not when the server had refused a statement before.
  private var isCommitPossible: Bool {
    mayCommit && (failure == nil || failure?.severity != "ERROR")
  }

  /// Complete when all answers are in and no cancel is under way.
  private func conclude() -> Action {
    guard isDrained, !isCancelInFlight else { return .wait }
    guard var failure else { return .complete(.success(results)) }
    if failure.endsConnection { return .close(lost(failure)) }
    if let stopReason, failure.sqlState == "57014" {
      failure.code = stopReason.error.code
      failure.message = stopReason.error.message
    }
    return .complete(.failure(failure))
  }
}
