internal import ArgumentParser
internal import Sluice

/// `sluice retry NAME`.
struct Retry: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Try failed ranges and quarantined rows again, after their cause was fixed.")
  @OptionGroup var migration: MigrationOptions

  func run() async throws {
    try await migration.perform({ (count: Int) in
      switch count {
      case 0: "no range and no row is quarantined; rows that are still pending are looked for again"
      case 1: "1 range or row is tried again"
      default: "\(Amount.count(count)) ranges and rows are tried again"
      }
    }) {
      try await $0.retry(migration.name)
    }
  }
}
