internal import ArgumentParser
internal import Foundation

/// `sluice watch [NAME...]`.
struct Watch: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Watch migrations live until they are finished.",
    discussion: """
      Without names: all that are not finished. On a terminal the view is drawn in place, q leaves it; elsewhere a line \
      is printed when something changed. Exits with 0 when all are finished, with 2 when one failed or was cancelled.
      """)
  @Argument(help: "Names of the migrations.")
  var names: [String] = []
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Elsewhere than on a terminal: seconds between two lines of mere progress.", valueName: "seconds"))
  var every: Double = 5

  func validate() throws {
    if !(every >= 0) { throw ValidationError("--every is a number of seconds.") }
  }

  func run() async throws {
    let end = try await WatchLoop(connection: connection, console: output.console, names: names, every: every).run()
    if end != .ok { throw Ending(end) }
  }
}
