internal import ArgumentParser
internal import Sluice

/// `sluice throttle NAME RATE`.
struct Throttle: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Limit a migration to so many rows a second.")
  @OptionGroup var migration: MigrationOptions

  @Argument(help: ArgumentHelp("Rows a second, all workers together, or none.", valueName: "rate"))
  var rate: String

  func validate() throws {
    if rate != "none", Double(rate) == nil { throw ValidationError("The rate is a number of rows a second, or none.") }
  }

  func run() async throws {
    let limit = Double(rate)
    try await migration.perform(
      limit.map { "at most \(Amount.rate($0)) \($0 == 1 ? "row" : "rows") a second" } ?? "no limit"
    ) {
      try await $0.throttle(migration.name, rowsPerSecond: limit)
    }
  }
}
