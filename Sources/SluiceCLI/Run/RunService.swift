internal import ServiceLifecycle
internal import Sluice
internal import Synchronization

/// The driver of one database, as a service that keeps what became of its migrations.
final class RunService: Service {
  private let driver: SluiceDriver
  private let untilIdle: Bool
  private let scheduled: [String]
  private let kept = Mutex<[String: MigrationOutcome]>([:])

  /// Service of a driver; what was scheduled for it just now is in its answer in any case.
  init(driver: SluiceDriver, untilIdle: Bool, scheduled: [String]) {
    self.driver = driver
    self.untilIdle = untilIdle
    self.scheduled = scheduled
  }

  /// What became of each migration, when it ran until idle.
  var outcomes: [String: MigrationOutcome] { kept.withLock { $0 } }

  func run() async throws {
    guard untilIdle else { return try await driver.run() }
    let outcomes = try await driver.runUntilIdle(counting: scheduled)
    kept.withLock { $0 = outcomes }
  }
}
