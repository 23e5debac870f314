internal import ArgumentParser
internal import Sluice

/// `sluice preview NAME`.
struct Preview: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show some rows before and after; nothing is changed.")
  @OptionGroup var migration: MigrationOptions

  @Option(help: "How many rows.")
  var rows = 5

  func validate() throws {
    if rows < 1 { throw ValidationError("--rows is at least 1.") }
  }

  func run() async throws {
    let console = migration.output.console
    let sample = try await Session.with(migration.connection, console, needs: [.schema, .writes]) { session in
      try await session.client.preview(migration.name, rows: rows)
    }
    if sample.isEmpty { console.say("no row is pending") }
    for row in sample { console.say(PreviewBlock(row: row).lines) }
    try console.emit(["rows": sample])
  }
}
