internal import Foundation
public import Postgres

/// PgBouncer in transaction mode before the server of the environment: each transaction may have another backend.
public struct ConnectionPooler: Sendable {
  /// How to connect through the pooler.
  public let configuration: PostgresConfiguration
  private let process: ChildProcess
  private let directory: String

  /// Whether the program is there.
  public static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program) }

  private static let program = "/usr/sbin/pgbouncer"

  /// Starts a pooler, lends it to the body, and stops it.
  ///
  /// - Parameters:
  ///   - server: how to connect to a database, by a unix socket.
  ///   - role: who connects.
  ///   - body: what is done meanwhile.
  /// - Returns: what the body returns.
  /// - Throws: `TestingError` when it does not start; what the body throws.
  @discardableResult public static func withPooler<Value: Sendable>(
    to server: PostgresConfiguration, as role: String, _ body: (ConnectionPooler) async throws -> Value
  ) async throws -> Value {
    let pooler = try await ConnectionPooler(to: server, as: role)
    do {
      let value = try await body(pooler)
      await pooler.stop()
      return value
    } catch {
      await pooler.stop()
      throw error
    }
  }

  private init(to server: PostgresConfiguration, as role: String) async throws {
    let user = try ServerUser()
    let environment = ProcessInfo.processInfo.environment
    directory = "/tmp/pooler.\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
    let settings = """
      [databases]
      * = host=\(environment["PGHOST"] ?? "/var/run/postgresql") port=\(environment["PGPORT"] ?? "5432")
      [pgbouncer]
      listen_addr =
      listen_port = 6432
      unix_socket_dir = \(directory)
      auth_type = any
      pool_mode = transaction
      default_pool_size = 4

      """
    // With "any", whoever connects becomes the role of the database line.
    let forced = settings.replacingOccurrences(of: "\n[pgbouncer]", with: " user=\(role)\n[pgbouncer]")
    try forced.write(toFile: "\(directory)/pgbouncer.ini", atomically: true, encoding: .utf8)
    for path in [directory, "\(directory)/pgbouncer.ini"] { user.own(path) }
    process = try ChildProcess(
      user.command([Self.program, "\(directory)/pgbouncer.ini"]), output: "\(directory)/output")
    var configuration = server
    configuration.overrides.merge(["host": directory, "port": "6432", "user": role]) { $1 }
    self.configuration = configuration
    try await waitUntil("the pooler listens") { [directory] in
      FileManager.default.fileExists(atPath: "\(directory)/.s.PGSQL.6432")
    }
  }

  private func stop() async {
    process.signal(SIGTERM)
    _ = await process.wait()
    try? FileManager.default.removeItem(atPath: directory)
  }
}
