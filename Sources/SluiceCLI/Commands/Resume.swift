internal import ArgumentParser
internal import Sluice

/// `sluice resume NAME`.
struct Resume: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Let a paused migration go on where it was.")
  @OptionGroup var migration: MigrationOptions

  func run() async throws {
    try await migration.perform("goes on") { try await $0.resume(migration.name) }
  }
}
