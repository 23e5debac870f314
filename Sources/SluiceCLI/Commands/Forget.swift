internal import ArgumentParser
internal import Sluice

/// `sluice forget NAME`.
struct Forget: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Remove a migration that does not run, with its definition and history.")
  @OptionGroup var migration: MigrationOptions

  func run() async throws {
    let console = migration.output.console
    try await Session.with(migration.connection, console, needs: [.schema, .writes]) { session in
      try await session.client.forget(migration.name)
      console.say("\(migration.name, .bold)  forgotten")
      try console.emit(["forgotten": migration.name])
    }
  }
}
