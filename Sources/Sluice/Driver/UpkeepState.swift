/// Decides what a driver's upkeep connection does next; knows nothing of connections and clocks.
struct UpkeepState {
  /// What is done next.
  enum Action: Equatable {
    /// Wait, then open a connection, and look whether it can be used.
    case connect(after: Duration)
    /// Ask what is to be vacuumed.
    case ask
    /// Vacuum.
    case vacuum(VacuumOrder)
    /// Write down how a vacuum ended; nil when it did its work.
    case record(VacuumOrder, problem: String?)
    /// Rest until the time is over or the bell rings.
    case rest(Duration)
    /// Close the connection and return.
    case end
  }

  /// What became of the last action.
  enum Event {
    /// The connection is open, and a session of its own.
    case connected
    /// No connection could be opened.
    case connectFailed
    /// No waiting makes this connection one that can vacuum: the schema is another, or a pooler is in between.
    case unusable
    /// The session takes no writes; another one may.
    case takesNoWrites
    /// The question was answered.
    case answered(VacuumAnswer)
    /// The vacuum ended, with what went wrong if it did not do its work, perhaps together with its connection.
    case vacuumed(VacuumOrder, problem: String?, isConnected: Bool = true)
    /// How it ended is written down.
    case recorded
    /// The server refused to write it down, and the connection was closed.
    case notRecorded
    /// A call failed.
    case failed(isConnected: Bool)
    /// The rest is over.
    case rested
  }

  /// Longest rest.
  private let pollInterval: Duration
  /// Whether it is told to stop.
  private var isStopping = false
  /// Whether it is to end as soon as nothing is due.
  private var isLast = false
  /// Vacuum whose end is still to be written down.
  private var unrecorded: (order: VacuumOrder, problem: String?)?
  /// Calls in a row that failed.
  private var troubles = 0

  /// State of a connection that has done nothing yet.
  init(pollInterval: Duration) {
    self.pollInterval = pollInterval
  }

  /// First action.
  func begin() -> Action { .connect(after: .zero) }

  /// Ends when what is done now has ended.
  mutating func stop() { isStopping = true }

  /// Ends when nothing is due any more.
  mutating func finish() { isLast = true }

  /// Decides what comes after an event.
  mutating func decide(after event: Event) -> Action {
    switch event {
    case .connected, .rested:
      if let unrecorded { return .record(unrecorded.order, problem: unrecorded.problem) }
      return isStopping ? .end : .ask
    case .connectFailed, .takesNoWrites, .failed(isConnected: false): return trouble { .connect(after: $0) }
    case .failed(isConnected: true): return trouble { .rest($0) }
    case .unusable: return .end
    case .answered(.vacuum(let order)):
      return isStopping ? .record(order, problem: "the driver was told to stop") : .vacuum(order)
    case .answered(.wait(let time)):
      troubles = 0
      return isStopping || isLast ? .end : .rest(min(time, pollInterval))
    case .vacuumed(let order, let problem, let isConnected):
      unrecorded = (order, problem)
      return isConnected ? .record(order, problem: problem) : trouble { .connect(after: $0) }
    case .notRecorded:
      unrecorded = nil
      return trouble { .connect(after: $0) }
    case .recorded:
      unrecorded = nil
      troubles = 0
      return isStopping ? .end : .ask
    }
  }

  /// Goes on after one more failure: after 0.1 s, doubled each time, up to 5 s; when it is to end, not at all.
  private mutating func trouble(_ action: (Duration) -> Action) -> Action {
    troubles += 1
    return isStopping || isLast ? .end : action(min(.milliseconds(50 << min(troubles, 10)), .seconds(5)))
  }
}
