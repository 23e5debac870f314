import Postgres
import Synchronization

/// The drivers of a trial.
final class Fleet: Sendable {
  private let configuration: PostgresConfiguration
  private let arguments: [String]
  private let drivers = Mutex<[DriverProcess]>([])

  /// No drivers yet.
  ///
  /// - Parameters:
  ///   - configuration: how they connect.
  ///   - arguments: of each `sluice run`.
  init(_ configuration: PostgresConfiguration, arguments: [String] = []) {
    self.configuration = configuration
    self.arguments = arguments
  }

  /// Starts one more.
  @discardableResult func start(workers: Int = 2, failpoint: String? = nil) throws -> DriverProcess {
    let driver = try DriverProcess.start(
      configuration, workers: workers, failpoint: failpoint, arguments: arguments)
    drivers.withLock { $0.append(driver) }
    return driver
  }

  /// Starts as many as are missing.
  func fill(to count: Int, workers: Int = 2) throws {
    for _ in 0..<max(count - living.count, 0) { try start(workers: workers) }
  }

  /// Those that live, as far as is known.
  var living: [DriverProcess] {
    drivers.withLock { drivers in
      drivers.removeAll { $0.endedAt != nil }
      return drivers
    }
  }

  /// Kills all.
  func killAll() async {
    for driver in living { await driver.kill() }
  }

  /// Stops all in order.
  ///
  /// - Returns: their exit codes.
  func stopAll() async -> [Int32] {
    await withTaskGroup { group in
      for driver in living { group.addTask { await driver.stop() } }
      return await group.reduce(into: []) { $0.append($1) }
    }
  }
}
