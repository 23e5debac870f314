internal import ArgumentParser
internal import Foundation
internal import Sluice
internal import SystemC

/// The program `sluice`.
@main struct SluiceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sluice",
    abstract: "Background data migrations inside PostgreSQL.",
    discussion: """
      The database is named by --database, or by PGHOST, PGDATABASE, PGSERVICE and so on; passwords belong into \
      ~/.pgpass or a service file. With --json each command prints one JSON document, watch and events one a line.
      """,
    version: "\(SchemaSource.embedded.version)",
    groupedSubcommands: [
      CommandGroup(name: "Database", subcommands: [Install.self, Diagnose.self, Demo.self, Uninstall.self]),
      CommandGroup(
        name: "Before a run",
        subcommands: [Define.self, PlanCommand.self, Preview.self, Schedule.self, Reschedule.self]),
      CommandGroup(
        name: "Running",
        subcommands: [
          Run.self, List.self, Status.self, Watch.self, Events.self, Throttle.self, Pause.self, Resume.self,
        ]),
      CommandGroup(
        name: "Ending",
        subcommands: [Ensure.self, Cleanup.self, Cancel.self, Retry.self, Restart.self, Accept.self, Forget.self]),
    ])

  /// Runs the command of the command line and ends the process with its status.
  static func main() async {
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      var command = try parseAsRoot(CommandLineTrouble.sparingNegativeNumbers(arguments))
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      end(error, arguments)
    }
  }

  /// Says why it ends, and ends.
  private static func end(_ error: any Error, _ arguments: [String]) -> Never {
    let console = Console(isJSON: arguments.contains("--json"))
    if let ending = error as? Ending { SystemC.exit(ending.status.rawValue) }
    let status = exitCode(for: error)
    if status.isSuccess {
      console.write(fullMessage(for: error) + "\n")
      SystemC.exit(0)
    }
    let isUsage = status == .validationFailure
    let unknown = isUsage ? CommandLineTrouble.unknownCommand(arguments, among: commandNames) : nil
    let failure =
      unknown
      ?? (isUsage ? Failure(.usage, usageMessage(error), hint: "See \(helpCommand(arguments)).") : Failure(error))
    console.report(failure)
    SystemC.exit(failure.status.rawValue)
  }

  /// What is wrong with the command line, in one line.
  private static func usageMessage(_ error: any Error) -> String {
    CommandLineTrouble.oneLine(message(for: error))
  }

  /// Names of all commands.
  private static var commandNames: [String] {
    configuration.groupedSubcommands.flatMap(\.subcommands).map { $0._commandName }
  }

  /// The command that explains the one that was given.
  private static func helpCommand(_ arguments: [String]) -> String {
    guard let first = arguments.first, commandNames.contains(first) else { return "sluice help" }
    return "sluice help \(first)"
  }
}
