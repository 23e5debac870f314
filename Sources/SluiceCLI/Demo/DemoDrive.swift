internal import Foundation
internal import Sluice
internal import SluiceTesting
internal import SystemC

/// The run of the demo: a driver as a process of its own, a live view, psql beside it, and a kill in the middle.
final class DemoDrive {
  /// Rows done when the driver was killed.
  private(set) var rowsDoneAtKill = 0

  private let stage: DemoStage
  private let client: SluiceClient
  private let name: String
  private let limit: TimeInterval = 240

  /// Run of a migration that is scheduled.
  init(stage: DemoStage, client: SluiceClient, name: String) {
    self.stage = stage
    self.client = client
    self.name = name
  }

  /// Runs to the verified end.
  ///
  /// - Returns: the last progress seen while it ran.
  func run() async throws -> MigrationProgress {
    var driver = try await start()
    try await watch(driver, until: { $0.percent >= 25 })
    try await stage.perform([
      "psql", "-X", "-P", "pager=off", "-c",
      "select name, state, percent, rows_per_second, forecast from sluice.progress",
    ])
    rowsDoneAtKill = try await watch(driver, until: { $0.percent >= 50 }).rowsDone
    driver = try await kill(driver)
    let last = try await watch(driver, until: { $0.state == "finished" })
    driver.process.signal(SIGTERM)
    try await driver.ended.wait(atMost: .seconds(20))
    return last
  }

  private struct Driver {
    let process: ChildProcess
    let ended: Occasion
  }

  private func start() async throws -> Driver {
    stage.say(["sluice", "run", "&"])
    let process = try stage.start(["sluice", "run"], log: "driver.log")
    let ended = Occasion()
    Task { [stage] in
      _ = await stage.end(of: process)
      ended.raise()
    }
    return Driver(process: process, ended: ended)
  }

  private func kill(_ driver: Driver) async throws -> Driver {
    stage.say(["kill", "-KILL", "\(driver.process.processID)"])
    driver.process.signal(SIGKILL)
    try await driver.ended.wait(atMost: .seconds(10))
    let after = try await client.progress(of: name)
    stage.console.say(
      "the driver is gone; \(Amount.count(after.rowsDone)) rows are done and stay so; another goes on from there")
    return try await start()
  }

  /// Shows progress until it has come so far.
  @discardableResult private func watch(
    _ driver: Driver, until isReached: (MigrationProgress) -> Bool
  ) async throws -> MigrationProgress {
    var view = ProgressView(stage.console)
    let began = Date()
    var last: MigrationProgress?
    while true {
      let progress = try await client.progress(of: name)
      if !stage.console.isJSON { view.show([progress]) }
      if isReached(progress) || progress.state == "finished" {
        view.close()
        return progress.state == "finished" ? Self.merged(progress, last) : progress
      }
      last = progress
      if StateName.final.contains(progress.state) || driver.ended.isRaised || -began.timeIntervalSinceNow > limit {
        view.close()
        throw Failure(
          .failure, "the run did not get to its end: it is \(progress.state)", detail: stage.tail(of: "driver.log"))
      }
      try await driver.ended.wait(atMost: .milliseconds(250))
    }
  }

  /// The end, with what only a running migration knows.
  private static func merged(_ end: MigrationProgress, _ last: MigrationProgress?) -> MigrationProgress {
    var end = end
    end.hotShare = end.hotShare ?? last?.hotShare
    return end
  }
}
