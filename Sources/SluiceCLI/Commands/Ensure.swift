internal import ArgumentParser
internal import Foundation
internal import Sluice

/// `sluice ensure NAME...`: the gate of a deploy.
struct Ensure: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Succeed only when migrations are finished: a gate for deploys.",
    discussion: "Exits with 0 when all are finished, else with 2, and tells what remains and what finishes it.")
  @Argument(help: "Names of the migrations.")
  var names: [String]
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "Finish those that are not, now and here, as sluice cleanup does.")
  var finish = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("With --finish: how long each may take, such as '10 minutes'.", valueName: "interval"))
  var timeout: String?

  func run() async throws {
    let console = output.console
    let unfinished = try await Session.with(connection, console, needs: finish ? [.schema, .writes] : [.schema]) {
      session in
      var seen: [MigrationProgress] = []
      for name in names {
        var progress = try await session.client.progress(of: name)
        if progress.state != "finished", finish {
          try await CleanupRun(name: name, timeout: timeout, connection: connection, console: console).run(session)
          progress = try await session.client.progress(of: name)
        }
        tell(progress, console)
        seen.append(progress)
      }
      try console.emit(Answer(finished: seen.allSatisfy { $0.state == "finished" }, migrations: seen))
      return seen.filter { $0.state != "finished" }
    }
    if !unfinished.isEmpty { throw Ending(.unfinished) }
  }

  private func tell(_ progress: MigrationProgress, _ console: Console) {
    if progress.state == "finished" {
      return console.say("\(progress.name, .bold)  \("finished", .green), \(progress.ending)")
    }
    let isAside = progress.rowsQuarantined > 0
    console.say("\(progress.name, .bold)  \("not finished", .red): \(progress.remainder)")
    let facts = ProgressFacts(progress: progress, now: progress.asOf)
    if let reason = progress.waitingFor {
      console.say("  \(facts.waitingLabel, .dim) \(ServerText.told(reason, now: progress.asOf))")
    }
    if let forecast = facts.time {
      console.say("  \("forecast", .dim) \(forecast)")
    }
    if isAside {
      console.say("  \("fix the rows, then:", .dim) sluice retry \(progress.name)")
    } else {
      console.say("  \("finish it now:", .dim) sluice cleanup \(progress.name)")
    }
  }

  /// For programs.
  private struct Answer: Encodable {
    let finished: Bool
    let migrations: [MigrationProgress]
  }
}
