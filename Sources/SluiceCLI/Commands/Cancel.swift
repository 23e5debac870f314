internal import ArgumentParser
internal import Sluice

/// `sluice cancel NAME`.
struct Cancel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "End a run; what is done stays done.",
    discussion: "Go on later with sluice schedule, or from the first row with sluice restart.")
  @OptionGroup var migration: MigrationOptions

  @Option(help: "Why, for the events.")
  var reason: String?

  func run() async throws {
    try await migration.perform("cancelled; what is done stays done") {
      try await $0.cancel(migration.name, reason: reason)
    }
  }
}
