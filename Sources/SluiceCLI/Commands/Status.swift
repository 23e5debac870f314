internal import ArgumentParser
internal import Foundation
internal import Sluice

/// `sluice status [NAME]`.
struct Status: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show how all migrations stand, or all about one.")
  @Argument(help: "Name of the migration.")
  var name: String?
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let console = output.console
    guard let name else { return try await List.print(connection, console) }
    let page = try await Session.with(connection, console, needs: [.schema]) { session in
      StatusPage(
        migration: try await session.client.progress(of: name),
        lanes: try await session.client.lanes(of: name).filter { $0.state != "done" },
        stuck: try await session.client.stuck().filter { $0.name == name },
        definition: try await session.client.definitions().first { $0.name == name }?.definition ?? .null)
    }
    console.say(page.lines(now: page.migration.asOf, width: console.width))
    try console.emit(page)
  }
}
