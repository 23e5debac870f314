internal import Glibc
internal import SluiceTesting
internal import Synchronization

/// Programs that the demo started and that must not outlive it.
final class DemoChildren: Sendable {
  private let running = Mutex<[Int32: ChildProcess]>([:])

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

  /// Ends them when this process is told to end; whoever removes the server then ends the process itself.
  func endWithThisProcess() {
    for number in [SIGINT, SIGTERM, SIGHUP] { Interruption.watch(number) { [self] in endAll() } }
  }
}
