internal import ArgumentParser
internal import Foundation
internal import Sluice

/// `sluice list`.
struct List: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "List all migrations, a line each.")
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() async throws { try await Self.print(connection, output.console) }

  /// Prints the table.
  static func print(_ connection: ConnectionOptions, _ console: Console) async throws {
    let all = try await Session.with(connection, console, needs: [.schema]) {
      try await $0.client.progress().inReadingOrder
    }
    if let now = all.first?.asOf {
      console.say(MigrationTable.table(all, now: now).lines(width: console.width))
    } else {
      console.say("no migration is defined; define one: sluice define FILE")
    }
    try console.emit(["migrations": all])
  }
}
