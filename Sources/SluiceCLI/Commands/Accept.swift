internal import ArgumentParser
internal import Sluice

/// `sluice accept NAME`.
struct Accept: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Declare that the rows which stay pending or quarantined are to stay so.",
    discussion: "For a failed migration whose walk is complete: it is finished then, by your word.")
  @OptionGroup var migration: MigrationOptions

  func run() async throws {
    try await migration.perform({ (count: Int) in
      "finished; \(Amount.rows(count, "stays as it is", "stay as they are"))"
    }) {
      try await $0.acceptRemaining(migration.name)
    }
  }
}
