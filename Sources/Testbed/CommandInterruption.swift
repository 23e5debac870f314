internal import Foundation
internal import SluiceTesting
internal import Synchronization
internal import SystemC

/// Runs the command, and turns signals to this process into an end of the command, so that the cluster can be removed.
///
/// A signal is passed on, except SIGINT in the foreground of a terminal, which sends it to the command too. The second
/// signal becomes SIGKILL.
final class CommandInterruption: Sendable {
  private struct State {
    var child: ChildProcess?
    var received: Int32?
    var count = 0
  }

  private let state = Mutex(State())

  /// Watches for signals from now on.
  init() {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      Interruption.watch(number) { [weak self] in self?.receive(number) }
    }
  }

  /// Runs the command to its end: its exit code, 127 when it cannot be started, 128 and the signal's number when this
  /// process was told to stop.
  func run(_ command: [String], environment: [String: String]) async -> Int32 {
    if let received = state.withLock({ $0.received }) { return 128 + received }
    do {
      let child = try ChildProcess(command, environment: environment)
      let early = state.withLock { state in
        state.child = child
        return state.received
      }
      if let early { child.signal(early) }
      let status = await child.wait()
      return state.withLock { state in
        state.child = nil
        return state.received.map { 128 + $0 } ?? status
      }
    } catch {
      FileHandle.standardError.write(Data("testbed: \(error)\n".utf8))
      return 127
    }
  }

  private func receive(_ number: Int32) {
    let isFromTerminal = number == SIGINT && isatty(0) == 1 && tcgetpgrp(0) == getpgrp()
    state.withLock { state in
      state.received = state.received ?? number
      state.count += 1
      if state.count > 1 { state.child?.signal(SIGKILL) } else if !isFromTerminal { state.child?.signal(number) }
    }
  }
}
