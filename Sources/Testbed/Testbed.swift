internal import ArgumentParser
internal import Foundation
internal import SluiceTesting
internal import Synchronization

/// Runs a command inside a throw-away PostgreSQL server.
///
/// ```
/// $ testbed --postgres 16 --setting wal_level=logical -- psql -c 'select 1'
/// ```
@main struct Testbed: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "testbed",
    abstract: "Run a command inside a throw-away PostgreSQL server.",
    discussion: """
      The command finds the server by PGHOST, PGPORT, PGUSER, PGDATABASE, PGDATA and SLUICE_PG_BIN. Its exit code \
      becomes testbed's; the server is removed whatever happens.
      """)

  @Option(help: "Major version of the server, such as 16.")
  var postgres: Int?

  @Option(help: "Directory with the server's programs.")
  var bin: String?

  @Option(name: .customLong("setting"), help: "Setting of the server, as name=value; may be repeated.")
  var settings: [Setting] = []

  @Option(help: "Library for shared_preload_libraries; may be repeated.")
  var preload: [String] = []

  @Flag(help: "Listen on 127.0.0.1 too, on the port in PGPORT.")
  var loopback = false

  @Flag(help: "Force writes to disk, as a real server does.")
  var durable = false

  @Flag(help: "Print the server's log when the command fails.")
  var showLog = false

  @Argument(parsing: .postTerminator, help: "The command and its arguments, after --.")
  var command: [String]

  func validate() throws {
    if command.isEmpty { throw ValidationError("Give a command after --.") }
  }

  func run() async throws {
    let interruption = CommandInterruption()
    let cluster = try await ThrowawayCluster.start(options)
    let status = await interruption.run(command, environment: environment(cluster))
    if status != 0, showLog { printLog(cluster) }
    await cluster.remove()
    throw ExitCode(status)
  }

  private var options: ThrowawayCluster.Options {
    var options = ThrowawayCluster.Options()
    options.programs = bin
    options.major = postgres
    options.settings = Dictionary(settings.map { ($0.name, $0.value) }) { $1 }
    options.preload = preload
    options.listensOnLoopback = loopback
    options.isDurable = durable
    options.removesOnSignals = false
    return options
  }

  /// Environment of this process without its own connection variables, with those of the cluster.
  private func environment(_ cluster: ThrowawayCluster) -> [String: String] {
    var environment = ProcessInfo.processInfo.environment
    for name in ["PGHOSTADDR", "PGPASSWORD", "PGPASSFILE", "PGSERVICE", "PGOPTIONS", "PGSSLMODE"] {
      environment[name] = nil
    }
    return environment.merging(cluster.environment) { $1 }
  }

  private func printLog(_ cluster: ThrowawayCluster) {
    let log = (try? String(contentsOfFile: cluster.logFile, encoding: .utf8)) ?? ""
    FileHandle.standardError.write(Data("-- server log --\n\(log)".utf8))
  }
}
