internal import ArgumentParser
internal import Sluice

/// `sluice pause NAME`.
struct Pause: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Stop a migration after the batches in hand.")
  @OptionGroup var migration: MigrationOptions

  func run() async throws {
    try await migration.perform("paused; go on with: sluice resume \(migration.name)") {
      try await $0.pause(migration.name)
    }
  }
}
