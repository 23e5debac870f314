internal import Postgres
internal import SluiceSchema

/// Decides what a worker does next; knows nothing of connections and clocks, so that it can be tested without them.
struct WorkerState {
  /// What a worker does next.
  enum Action {
    /// Wait, then open a connection, and look whether the schema is the expected one.
    case connect(after: Duration)
    /// Begin a transaction and claim a lane.
    case claim
    /// Run the batch of the claimed lane and commit; claim the next one in the same breath where no pause is expected.
    case run(ClaimedLane, thenClaim: Bool)
    /// Record that a batch failed.
    case report(FailureReport)
    /// Wait until the time is over or the bell rings; at first without minding the bell.
    case rest(Duration, deaf: Duration)
    /// Close the connection and return.
    case end(SluiceError?)
  }

  /// What became of the last action.
  enum Event {
    /// The connection is open, and the schema as expected.
    case connected
    /// No connection could be opened.
    case connectFailed
    /// The schema is not what this driver knows.
    case refused(SluiceError)
    /// The claim was answered; the transaction is open only when there is a lane.
    case claimed(ClaimAnswer)
    /// The claim failed; its transaction is rolled back, or gone with its connection.
    case claimFailed(PostgresError, isConnected: Bool)
    /// The batch is committed.
    case committed(BatchEnd)
    /// The batch failed; its transaction is rolled back, or gone with its connection, or nobody knows.
    case batchFailed(PostgresError, of: ClaimedLane, isConnected: Bool)
    /// The failure is recorded, or came too late to matter.
    case reported
    /// The failure could not be recorded.
    case reportFailed(isConnected: Bool)
    /// The rest is over.
    case rested

    /// Whether there is no connection any more, or could be none.
    var tellsOfLostConnection: Bool {
      switch self {
      case .connectFailed, .reportFailed(isConnected: false): true
      case .claimFailed(_, let isConnected), .batchFailed(_, _, let isConnected): !isConnected
      default: false
      }
    }
  }

  /// Longest rest.
  private let pollInterval: Duration
  /// Whether the worker was told to stop.
  private var isStopping = false
  /// Failed batch that is still to be recorded.
  private var report: FailureReport?
  /// Times that the report itself failed.
  private var failedReports = 0
  /// Failures of the worker itself in a row: to connect, to claim, to report.
  private var troubles = 0
  /// Whether a pause followed the last batch.
  private var isPaced = false
  /// Claims in a row that gave nothing.
  private var idleClaims = 0

  /// State of a worker that has done nothing yet.
  init(pollInterval: Duration) {
    self.pollInterval = pollInterval
  }

  /// First action.
  func begin() -> Action { .connect(after: .zero) }

  /// The worker was told to stop: it ends when what it does now is done.
  mutating func stop() { isStopping = true }

  /// Decides what comes after an event.
  mutating func decide(after event: Event) -> Action {
    switch event {
    case .connected, .rested: report.map { .report($0) } ?? next()
    case .connectFailed: isStopping ? .end(nil) : .connect(after: trouble())
    case .refused(let error): .end(error)
    case .claimed(let answer): claimed(answer)
    case .claimFailed(let error, let isConnected): claimFailed(error, isConnected: isConnected)
    case .committed(let end): committed(end)
    case .batchFailed(let error, let lane, let isConnected): batchFailed(error, of: lane, isConnected: isConnected)
    case .reported: reported()
    case .reportFailed(let isConnected): reportFailed(isConnected: isConnected)
    }
  }

  private mutating func claimed(_ answer: ClaimAnswer) -> Action {
    switch answer {
    case .takesNoWrites:
      return isStopping ? .end(nil) : .connect(after: trouble())
    case .lane(let lane):
      troubles = 0
      idleClaims = 0
      return .run(lane, thenClaim: !isPaced && !isStopping)
    case .wait(let time, _):
      troubles = 0
      idleClaims += 1
      if isStopping { return .end(nil) }
      let deaf = Duration.milliseconds(idleClaims < 3 ? 0 : idleClaims < 8 ? 5 : 50)
      let rest = max(min(time, pollInterval), deaf)
      return rest == .zero ? .claim : .rest(rest, deaf: deaf)
    }
  }

  private mutating func committed(_ end: BatchEnd) -> Action {
    isPaced = end.pause > .zero
    // A lane that is claimed already is let go with the connection.
    if isStopping { return .end(nil) }
    if let answer = end.next { return claimed(answer) }
    return isPaced ? .rest(min(end.pause, pollInterval), deaf: .zero) : .claim
  }

  private mutating func claimFailed(_ error: PostgresError, isConnected: Bool) -> Action {
    if isStopping { return .end(nil) }
    let pause = trouble()
    let needsAnother = !isConnected || error.mayBeAboutSchema || error.isAboutReadOnly
    return needsAnother ? .connect(after: pause) : .rest(pause, deaf: pause)
  }

  private mutating func batchFailed(_ error: PostgresError, of lane: ClaimedLane, isConnected: Bool) -> Action {
    // Cancelled because the time of grace was over: nothing is wrong with the lane.
    if isStopping, error.code == .cancelled { return .end(nil) }
    // The lane moved on; there is nothing to record.
    if error.sqlState == "SL008", isConnected { return next() }
    let report = FailureReport(lane, error)
    self.report = report
    failedReports = 0
    return isConnected ? .report(report) : .connect(after: trouble())
  }

  private mutating func reported() -> Action {
    report = nil
    troubles = 0
    return next()
  }

  private mutating func reportFailed(isConnected: Bool) -> Action {
    failedReports += 1
    let pause = trouble()
    guard isConnected else { return isStopping && failedReports > 3 ? .end(nil) : .connect(after: pause) }
    if failedReports >= 3 { report = nil }
    if isStopping, report == nil { return .end(nil) }
    return .rest(pause, deaf: pause)
  }

  private func next() -> Action { isStopping ? .end(nil) : .claim }

  /// Longest pause after one more failure: 0.1 s, doubled each time, up to 5 s.
  private mutating func trouble() -> Duration {
    troubles += 1
    return min(.milliseconds(50 << min(troubles, 10)), .seconds(5))
  }
}
