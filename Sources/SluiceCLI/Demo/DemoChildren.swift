internal import SluiceTesting
internal import Synchronization
internal import SystemC

/// Programs that the demo started and that must not outlive it.
final class DemoChildren: Sendable {
  private let running = Mutex<[Int32: ChildProcess]>([:])
  private let isEnding = Mutex(false)

  /// Nobody yet.
  init() {}

  /// Remembers a program until it has ended.
  func add(_ child: ChildProcess) { running.withLock { $0[child.processID] = child } }

  /// Forgets a program that has ended.
  func remove(_ child: ChildProcess) { running.withLock { $0[child.processID] = nil } }

  /// Ends all of them at once.
  func endAll() {
    for child in running.withLock({ Array($0.values) }) { child.signal(SIGKILL) }
  }

  /// Ends them when this process is told to end; the server is removed next, and then the process ends itself.
  func endWithThisProcess() {
    for number in [SIGINT, SIGTERM] {
      Interruption.watch(number) { [self] in
        isEnding.withLock { $0 = true }
        endAll()
      }
    }
  }

  /// Leaves the end to whoever removes the server, when this process was told to end.
  func yieldToTheEnd() async {
    if isEnding.withLock({ $0 }) { try? await Task.sleep(for: .seconds(60)) }
  }
}
