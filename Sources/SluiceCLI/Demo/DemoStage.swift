internal import Foundation
internal import Postgres
internal import Sluice
internal import SluiceTesting
internal import SystemC

/// The private server of the demo, and the programs that are run against it.
struct DemoStage: Sendable {
  /// Where it is told.
  let console: Console
  /// The server.
  let cluster: ThrowawayCluster
  /// Programs that run.
  let children: DemoChildren

  /// Name of the database and of the role that owns it.
  static let database = "shop"

  /// Starts a server with a database that a plain role owns.
  static func open(_ console: Console, _ children: DemoChildren, programs: String?) async throws -> DemoStage {
    var options = ThrowawayCluster.Options()
    options.programs = programs
    options.isDurable = true
    options.settings = ["shared_buffers": "256MB", "max_wal_size": "4GB", "checkpoint_timeout": "10min"]
    let cluster: ThrowawayCluster
    do {
      cluster = try await ThrowawayCluster.start(options)
    } catch let error as TestingError {
      throw Failure(
        .unavailable, "\(error)", hint: "Install the server's programs, or name their directory with --bin.")
    }
    let stage = DemoStage(console: console, cluster: cluster, children: children)
    do {
      try await PostgresConnection.withPinnedConnection(cluster.configuration()) { connection in
        try await connection.query("create role \(database) login")
        try await connection.query("create database \(database) owner \(database)")
      }
    } catch {
      await stage.close()
      throw error
    }
    return stage
  }

  /// Ends every program and removes the server.
  func close() async {
    children.endAll()
    await cluster.remove()
  }

  /// How the owner connects.
  var configuration: PostgresConfiguration {
    var configuration = cluster.configuration(database: Self.database)
    configuration.overrides["user"] = Self.database
    configuration.applicationName = "sluice demo"
    return configuration
  }

  /// Shows a command as it could be typed, runs it, and waits for its end.
  ///
  /// - Parameters:
  ///   - command: program and arguments, as shown; `sluice` stands for this program.
  ///   - isShown: whether command and output are shown; else the output is kept for an error.
  ///   - log: file of the output when it is not shown.
  /// - Throws: `Failure` when it ends with another status than 0.
  func perform(_ command: [String], isShown: Bool = true, log: String = "output") async throws {
    if isShown { say(command) }
    let isQuiet = !isShown || console.isJSON
    let child = try start(command, log: isQuiet ? log : nil)
    let status = await end(of: child)
    if status == 0 { return }
    throw Failure(
      .failure, "\(command.joined(separator: " ")) ended with \(status)", detail: isQuiet ? tail(of: log) : nil)
  }

  /// Shows a command as it could be typed.
  func say(_ command: [String]) {
    let text = command.map { $0.contains { " '\"".contains($0) } ? "'\($0.replacing("'", with: "'\\''"))'" : $0 }
    console.say("\("$ \(text.joined(separator: " "))", .dim)")
  }

  /// Starts a program; its output goes to a file, or to where ours goes.
  func start(_ command: [String], log: String?) throws -> ChildProcess {
    var command = command
    command[0] = path(of: command[0])
    let child = try ChildProcess(command, environment: environment, output: log.map { "\(cluster.directory)/\($0)" })
    children.add(child)
    return child
  }

  /// Waits for the end of a program.
  func end(of child: ChildProcess) async -> Int32 {
    let status = await child.wait()
    children.remove(child)
    return status
  }

  /// The end of a file in the server's directory.
  func tail(of file: String) -> String {
    let data = FileManager.default.contents(atPath: "\(cluster.directory)/\(file)") ?? Data()
    return String(String(decoding: data, as: UTF8.self).suffix(1_000)).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private var environment: [String: String] {
    ProcessEnvironment.all.filter { !$0.key.hasPrefix("PG") || $0.key == "PGTZ" }
      .merging(cluster.environment) { $1 }
      .merging(["PGUSER": Self.database, "PGDATABASE": Self.database]) { $1 }
  }

  private func path(of program: String) -> String {
    if program == "sluice" {
      return (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    }
    let path = cluster.programs.path(program)
    return access(path, X_OK) == 0 ? path : program
  }
}
