import Sluice

/// Works off what is due in one database, given by its connection string, and ends.
@main
struct DriverProgram {
  static func main() async throws {
    let configuration = PostgresConfiguration(CommandLine.arguments[1])
    let options = DriverOptions(pollInterval: .milliseconds(100))
    _ = try await SluiceDriver(configuration: configuration, options: options, handlers: [Increment.self])
      .runUntilIdle()
  }
}
