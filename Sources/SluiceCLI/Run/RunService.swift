internal import ServiceLifecycle
internal import Sluice
internal import Synchronization

/// The driver of one database, as a service that keeps what became of its migrations.
final class RunService: Service {
  private let driver: SluiceDriver
  private let untilIdle: Bool
  private let kept = Mutex<[String: MigrationOutcome]>([:])

  /// Service of a driver.
  init(driver: SluiceDriver, untilIdle: Bool) {
    self.driver = driver
    self.untilIdle = untilIdle
  }

  /// What became of each migration, when it ran until idle.
  var outcomes: [String: MigrationOutcome] { kept.withLock { $0 } }

  func run() async throws {
    guard untilIdle else { return try await driver.run() }
    let outcomes = try await driver.runUntilIdle()
    kept.withLock { $0 = outcomes }
  }
}
