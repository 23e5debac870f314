internal import ArgumentParser
internal import Foundation
internal import Sluice

/// `sluice cleanup NAME`.
struct Cleanup: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Finish a migration now, prove it, and leave nothing behind.",
    discussion: """
      Works on every range in the foreground, from any state, with or without a driver; ignores pauses and windows, \
      verifies, runs on_finish, removes trigger, lanes and functions. May be interrupted and called again.
      """)
  @OptionGroup var migration: MigrationOptions

  @Option(
    parsing: .unconditional, help: ArgumentHelp("How long it may take, such as '10 minutes'.", valueName: "interval"))
  var timeout: String?

  func run() async throws {
    let console = migration.output.console
    try await Session.with(migration.connection, console, needs: [.schema, .writes]) { session in
      try await CleanupRun(name: migration.name, timeout: timeout, connection: migration.connection, console: console)
        .run(session)
      let progress = try await session.client.progress(of: migration.name)
      console.say("\(progress.name, .bold)  \(StateName.line(progress.state)), \(progress.ending), cleaned up")
      try console.emit(MigrationAnswer(migration: progress, notes: session.notes.drain()))
    }
  }
}
