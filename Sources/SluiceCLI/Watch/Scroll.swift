internal import Synchronization

/// How far keys have moved a list that is longer than the terminal.
final class Scroll: Sendable {
  private let state = Mutex<(first: Int, room: Int, count: Int)>((0, 1, 0))

  /// List at its beginning.
  init() {}

  /// Moves it; not over its ends.
  func move(_ key: WatchKey) {
    state.withLock { state in
      switch key {
      case .leave: break
      case .lines(let count): state.first += count
      case .pages(let count): state.first += count * state.room
      }
      state.first = max(min(state.first, state.count - state.room), 0)
    }
  }

  /// Which of some lines to show, where there is room for so many.
  func window(of count: Int, room: Int) -> Range<Int> {
    state.withLock { state in
      let room = max(room, 1)
      state = (max(min(state.first, count - room), 0), room, count)
      return state.first..<min(state.first + room, count)
    }
  }
}
