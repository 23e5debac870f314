internal import ArgumentParser
internal import Sluice

/// `sluice restart NAME`.
struct Restart: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Begin again from the first row.",
    discussion:
      "Rows that are no longer pending are passed over; without a pending predicate they are changed once more.")
  @OptionGroup var migration: MigrationOptions

  func run() async throws {
    try await migration.perform("begins again") { try await $0.restart(migration.name) }
  }
}
