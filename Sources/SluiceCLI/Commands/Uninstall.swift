internal import ArgumentParser
internal import Sluice

/// `sluice uninstall`.
struct Uninstall: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Remove the schema sluice with all definitions and history.",
    discussion: """
      Tables that were migrated stay as they are. Refused while migrations are scheduled or run, and, also with --force, \
      while a table has a capture trigger that this role may not remove.
      """)
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "Also while migrations are scheduled or run.")
  var force = false

  func run() async throws {
    let console = output.console
    try await Session.with(connection, console, needs: [.writes]) { session in
      let wasThere = try await SchemaInstaller().uninstall(on: session.connection, force: force)
      let database = session.server.database
      console.say(
        wasThere ? "removed Sluice from database \(Line(database))" : "Sluice is not in database \(Line(database))")
      try console.emit(["removed": wasThere])
    }
  }
}
