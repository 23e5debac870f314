internal import SluiceTesting
internal import Synchronization
internal import SystemC

/// Something that happens once, and can be waited for.
final class Occasion: Sendable {
  private let state = Mutex<(isRaised: Bool, waiting: [AsyncStream<Void>.Continuation])>((false, []))

  /// Occasion that has not come.
  init() {}

  /// That this process is interrupted, by ctrl-C or SIGTERM, neither of which ends it any more from the first use on.
  static let interruption: Occasion = {
    let occasion = Occasion()
    for number in [SIGINT, SIGTERM] { Interruption.watch(number) { occasion.raise() } }
    return occasion
  }()

  /// Whether it happened.
  var isRaised: Bool { state.withLock { $0.isRaised } }

  /// Says that it happened.
  func raise() {
    let waiting = state.withLock { state in
      state.isRaised = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.finish() }
  }

  /// Ends the waits of the moment, although it did not happen.
  func nudge() {
    let waiting = state.withLock { state in
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.finish() }
  }

  /// Waits until it happens, or until the time is over.
  func wait(atMost limit: Duration) async throws {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    let isRaised = state.withLock { state in
      if !state.isRaised { state.waiting.append(continuation) }
      return state.isRaised
    }
    if isRaised { return }
    await withTaskGroup { group in
      group.addTask { for await _ in stream {} }
      group.addTask { try? await Task.sleep(for: limit) }
      await group.next()
      group.cancelAll()
    }
    try Task.checkCancellation()
  }
}
