internal import ArgumentParser
internal import Sluice

/// `sluice preview NAME`.
struct Preview: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show some rows before and after; nothing is changed.",
    discussion: """
      Runs a batch over a few pending rows and rolls it back. Of statements it shows every table that they write, also by \
      triggers. Values that change are marked; the last lines say how many rows change in which column.
      """)
  @OptionGroup var migration: MigrationOptions

  @Option(parsing: .unconditional, help: "How many rows; of statements, of each table.")
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
    for row in sample { console.say(PreviewBlock(row: row).lines(width: console.width)) }
    if !sample.isEmpty { console.say([""] + PreviewSummary(rows: sample).lines) }
    try console.emit(["rows": sample])
  }
}
