internal import Synchronization

/// Wakes tasks that wait, however many rings there were; a ring between a look and the wait is not lost.
final class Doorbell: Sendable {
  private struct State {
    var rings = 0
    var nextID = 0
    var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
  }

  private let state = Mutex(State())

  /// How often it rang, to be passed to `wait`.
  var rings: Int { state.withLock(\.rings) }

  /// Wakes all who wait.
  func ring() {
    let waiting = state.withLock { state in
      state.rings += 1
      defer { state.waiting = [:] }
      return state.waiting
    }
    for continuation in waiting.values { continuation.resume() }
  }

  /// Waits until it has rung more often than given, or the task is cancelled.
  func wait(after rings: Int) async {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          if state.rings > rings || Task.isCancelled { return true }
          state.waiting[id] = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
    }
  }

  /// Waits as `wait(after:)` does, but no longer than a given time.
  func wait(after rings: Int, atMost time: Duration) async {
    await withTaskGroup { group in
      group.addTask { await self.wait(after: rings) }
      group.addTask { try? await Task.sleep(for: time) }
      await group.next()
      group.cancelAll()
    }
  }
}
