import Foundation
import Postgres
import SluiceTesting
import Synchronization
import SystemC

/// The built program `sluice run`, as a process that can be killed.
final class DriverProcess: Sendable {
  private let child: ChildProcess
  private let ending: Task<Int32, Never>
  private let end: End

  /// When a process ended.
  private final class End: Sendable {
    let moment = Mutex<Date?>(nil)
  }

  /// Starts a driver.
  ///
  /// - Parameters:
  ///   - configuration: database and role.
  ///   - workers: connections that run batches.
  ///   - failpoint: where it kills itself, as in `after_run:3`.
  ///   - arguments: more arguments of `sluice run`.
  /// - Returns: the driver; it is killed when this process ends.
  /// - Throws: `TestingError` when the program cannot be started.
  static func start(
    _ configuration: PostgresConfiguration, workers: Int = 2, failpoint: String? = nil, arguments: [String] = []
  ) throws -> DriverProcess {
    var environment = ProcessInfo.processInfo.environment
    let variables = [
      "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "dbname": "PGDATABASE",
      "target_session_attrs": "PGTARGETSESSIONATTRS",
    ]
    for (keyword, variable) in variables {
      if let value = configuration.overrides[keyword] { environment[variable] = value }
    }
    environment["PGSSLMODE"] = "disable"
    environment["SLUICE_FAILPOINT"] = failpoint
    let child = try ChildProcess(
      [program, "run", "--workers", "\(workers)", "--grace", "5"] + arguments, environment: environment, output: log)
    living.withLock { _ = $0.insert(child.processID) }
    return DriverProcess(child)
  }

  private init(_ child: ChildProcess) {
    let end = End()
    self.child = child
    self.end = end
    ending = Task {
      let status = await child.wait()
      end.moment.withLock { $0 = Date() }
      Self.living.withLock { _ = $0.remove(child.processID) }
      return status
    }
  }

  /// When it ended; nil while it lives.
  var endedAt: Date? { end.moment.withLock { $0 } }

  /// Waits for its end.
  @discardableResult func wait() async -> Int32 { await ending.value }

  /// Kills it, and waits until it is dead.
  func kill() async {
    child.signal(SIGKILL)
    child.signal(SIGCONT)
    await wait()
  }

  /// Tells it to stop when the batches in hand are done.
  func stop() async -> Int32 {
    child.signal(SIGTERM)
    return await wait()
  }

  /// Freezes it.
  func freeze() { child.signal(SIGSTOP) }

  /// Lets a frozen one go on.
  func thaw() { child.signal(SIGCONT) }

  /// File with what the drivers of this process write.
  static let log = "\(NSTemporaryDirectory())sluice-faults-\(getpid()).log"

  /// Whether the file is kept, because something is wrong.
  static let keepsLog = Mutex(false)

  /// The program lies beside the test runner.
  private static let program: String = {
    atexit {
      for processID in DriverProcess.living.withLock({ $0 }) { _ = SystemC.kill(processID, SIGKILL) }
      if !DriverProcess.keepsLog.withLock({ $0 }) { unlink(DriverProcess.log) }
    }
    let runner = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
    let places = [runner, bundle].map { URL(filePath: $0).deletingLastPathComponent().appending(path: "sluice").path() }
    return places.first { FileManager.default.isExecutableFile(atPath: $0) } ?? places[1]
  }()

  private static let living = Mutex<Set<Int32>>([])
}
