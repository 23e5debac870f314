internal import ArgumentParser
internal import Sluice

/// `sluice retry NAME`.
struct Retry: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Try failed ranges and quarantined rows again, after their cause was mended.")
  @OptionGroup var migration: MigrationOptions

  func run() async throws {
    try await migration.perform({ (count: Int) in
      count == 1 ? "1 range or row is tried again" : "\(Amount.count(count)) ranges and rows are tried again"
    }) {
      try await $0.retry(migration.name)
    }
  }
}
