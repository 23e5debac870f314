internal import Foundation
public import Postgres
internal import Synchronization
internal import SystemC

/// PgBouncer before the server of the environment; in transaction mode each transaction may have another backend.
public final class ConnectionPooler: Sendable {
  /// How to connect through the pooler.
  public let configuration: PostgresConfiguration
  /// For how long it gives a client a connection to the server.
  public enum Mode: String, Sendable {
    /// Until the client goes.
    case session
    /// For a transaction.
    case transaction
    /// For a statement.
    case statement
  }

  /// Directory of its socket, with port 6432.
  public let directory: String
  private let user: ServerUser
  private let process: Mutex<ChildProcess>

  /// Whether the program is there.
  public static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program) }

  private static let program = "/usr/sbin/pgbouncer"

  /// Starts a pooler, lends it to the body once it takes connections, and stops it.
  ///
  /// - Parameters:
  ///   - server: how to connect to a database, by a unix socket.
  ///   - role: who connects.
  ///   - connections: how many connections to the server it has for each database.
  ///   - clients: how many clients it takes at a time.
  ///   - mode: for how long it gives a client a connection to the server.
  ///   - body: what is done meanwhile.
  /// - Returns: what the body returns.
  /// - Throws: `TestingError` when it does not start; what the body throws.
  @discardableResult public static func withPooler<Value: Sendable>(
    to server: PostgresConfiguration, as role: String, connections: Int = 4, clients: Int = 100,
    mode: Mode = .transaction, _ body: (ConnectionPooler) async throws -> Value
  ) async throws -> Value {
    let pooler = try ConnectionPooler(
      to: server, as: role, connections: connections, clients: clients, mode: mode)
    do {
      try await pooler.waitUntilReady()
      let value = try await body(pooler)
      await pooler.stop()
      return value
    } catch {
      await pooler.stop()
      throw error
    }
  }

  /// How to connect through it as another configuration does to its server.
  public func route(_ configuration: PostgresConfiguration) -> PostgresConfiguration {
    var through = configuration
    through.overrides.merge(["host": directory, "port": "6432"]) { $1 }
    return through
  }

  /// Tells it to end, as an operator may while it is in use.
  public func end() { process.withLock { $0.signal(SIGTERM) } }

  /// Kills it, as in a crash, and starts it again.
  ///
  /// - Throws: `TestingError` when it does not start.
  public func crash() async throws {
    // The process that was started may only be its parent, under another account.
    let text = try String(contentsOfFile: "\(directory)/pid", encoding: .utf8)
    guard let number = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      throw TestingError("could not read the pooler's process id from \"\(text)\"")
    }
    kill(number, SIGKILL)
    _ = await process.withLock { $0 }.wait()
    let next = try Self.start(in: directory, as: user)
    process.withLock { $0 = next }
    try await waitUntilReady()
  }

  private init(
    to server: PostgresConfiguration, as role: String, connections: Int, clients: Int, mode: Mode
  ) throws {
    user = try ServerUser()
    let environment = ProcessInfo.processInfo.environment
    let host = server.overrides["host"] ?? environment["PGHOST"] ?? "/var/run/postgresql"
    let port = server.overrides["port"] ?? environment["PGPORT"] ?? "5432"
    directory = "/tmp/pooler.\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    let settings = """
      [databases]
      * = host=\(host) port=\(port)
      [pgbouncer]
      listen_addr =
      listen_port = 6432
      unix_socket_dir = \(directory)
      pidfile = \(directory)/pid
      auth_type = any
      pool_mode = \(mode.rawValue)
      max_client_conn = \(clients)
      default_pool_size = \(connections)
      server_lifetime = 2

      """
    // With "any", whoever connects becomes the role of the database line.
    let forced = settings.replacingOccurrences(of: "\n[pgbouncer]", with: " user=\(role)\n[pgbouncer]")
    try forced.write(toFile: "\(directory)/pgbouncer.ini", atomically: true, encoding: .utf8)
    for path in [directory, "\(directory)/pgbouncer.ini"] { user.own(path) }
    process = Mutex(try Self.start(in: directory, as: user))
    var configuration = server
    configuration.overrides.merge(["host": directory, "port": "6432", "user": role]) { $1 }
    self.configuration = configuration
  }

  private static func start(in directory: String, as user: ServerUser) throws -> ChildProcess {
    try ChildProcess(user.command([program, "\(directory)/pgbouncer.ini"]), output: "\(directory)/output")
  }

  /// Waits until it takes connections; its socket is there before.
  private func waitUntilReady() async throws {
    try await waitUntil("the pooler takes connections", within: .seconds(30)) {
      (try? await PostgresConnection.withConnection(configuration) { try await $0.query("select 1").count }) == 1
    }
  }

  private func stop() async {
    end()
    _ = await process.withLock { $0 }.wait()
    try? FileManager.default.removeItem(atPath: directory)
  }
}
