internal import ArgumentParser
internal import Foundation
internal import Sluice

/// A migration by name, in a database.
struct MigrationOptions: ParsableArguments {
  @Argument(help: "Name of the migration.")
  var name: String

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  /// Does something to the migration and tells how it stands afterwards.
  ///
  /// - Parameters:
  ///   - told: what was done, for people, by what the verb returned.
  ///   - verb: the call.
  /// - Throws: what the call throws, as `Failure`.
  func perform<Value: Sendable>(
    _ told: (Value) -> Line, _ verb: (SluiceClient) async throws -> Value
  ) async throws {
    let console = output.console
    try await Session.with(connection, console, needs: [.schema, .writes]) { session in
      let value = try await verb(session.client)
      let progress = try await session.client.progress(of: name)
      console.say("\(name, .bold)  \(told(value))")
      if let reason = progress.waitingFor, progress.state != "paused" {
        let label = ProgressFacts(progress: progress, now: progress.asOf).waitingLabel
        console.say("\(label, .dim) \(ServerText.told(reason, now: progress.asOf))")
      }
      try console.emit(MigrationAnswer(migration: progress, notes: session.notes.drain()))
    }
  }

  /// Does something that returns nothing.
  func perform(_ told: Line, _ verb: (SluiceClient) async throws -> Void) async throws {
    try await perform({ (_: Bool) in told }) { client in
      try await verb(client)
      return true
    }
  }
}
