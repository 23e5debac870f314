internal import Synchronization

/// Race between a handshake, its deadline and the cancellation of its task: the first to arrive answers the caller.
///
/// It lives outside the connection's queue, because resolving a host name can block that queue for a while.
final class ConnectRace: Sendable {
  private enum State {
    case idle
    case waiting(CheckedContinuation<Void, any Error>)
    case over(PostgresError?)
  }

  private let state = Mutex(State.idle)

  /// Registers the caller; answers at once when the race is over.
  func enter(_ continuation: CheckedContinuation<Void, any Error>) {
    let finished: PostgresError?? = state.withLock { state in
      if case .over(let error) = state { return .some(error) }
      state = .waiting(continuation)
      return nil
    }
    if let finished { Self.answer(continuation, finished) }
  }

  /// Ends the race, unless it is over; true for the first.
  @discardableResult func finish(_ error: PostgresError?) -> Bool {
    let previous = state.withLock { state in
      let previous = state
      if case .over = previous { return previous }
      state = .over(error)
      return previous
    }
    switch previous {
    case .idle: return true
    case .over: return false
    case .waiting(let continuation):
      Self.answer(continuation, error)
      return true
    }
  }

  private static func answer(_ continuation: CheckedContinuation<Void, any Error>, _ error: PostgresError?) {
    if let error { continuation.resume(throwing: error) } else { continuation.resume() }
  }
}
