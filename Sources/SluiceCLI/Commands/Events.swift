internal import ArgumentParser
internal import Foundation
internal import Sluice

/// `sluice events [NAME]`.
struct Events: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what happened: changes of state, rows put aside, deadlines at risk.")
  @Argument(help: "Name of the migration; all without one.")
  var name: String?
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Option(name: .shortAndLong, parsing: .unconditional, help: "How many of the last ones.")
  var number = 20

  @Flag(name: .shortAndLong, help: "Go on and print new ones as they happen.")
  var follow = false

  func validate() throws {
    if number < 0 { throw ValidationError("--number cannot be negative.") }
  }

  func run() async throws {
    let console = output.console
    try await Session.with(connection, console, needs: [.schema], as: "sluice events") { session in
      if let name { _ = try await session.client.progress(of: name) }
      var last = 0
      for event in try await session.client.events(of: name, limit: number) {
        try tell(event, at: await serverTime(session), console)
        last = event.eventID
      }
      while follow {
        try await Task.sleep(for: .milliseconds(500))
        for event in try await session.client.events(after: last, of: name) {
          try tell(event, at: await serverTime(session), console)
          last = event.eventID
        }
      }
    }
  }

  private func serverTime(_ session: Session) async throws -> Date {
    try await session.connection.query("select pg_catalog.clock_timestamp()").single().get(at: 0)
  }

  private func tell(_ event: Event, at now: Date, _ console: Console) throws {
    console.say(EventLine.line(event, now: now).wrapped(to: console.width, indent: 10))
    try console.emit(event)
  }
}
