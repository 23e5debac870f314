import Foundation
import Glibc
import Postgres
import SluiceTesting

/// PgBouncer in transaction mode, in front of a server.
final class Pooler: Sendable {
  /// Directory of its socket.
  let directory: String
  private let process: ChildProcess

  /// Whether the program is there.
  static var isInstalled: Bool { program != nil }

  private static let program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  /// Starts a pooler, with as many connections to the server as given for each database and role.
  init(to server: PostgresConfiguration, connections: Int) throws {
    let environment = ProcessInfo.processInfo.environment
    let host = server.overrides["host"] ?? environment["PGHOST"] ?? ""
    let port = server.overrides["port"] ?? environment["PGPORT"] ?? "5432"
    var template = Array("/tmp/sluice-pooler-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil, let program = Self.program else { throw TestingError("cannot start a pooler") }
    directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    chmod(directory, 0o777)
    let settings = """
      [databases]
      * = host=\(host) port=\(port)
      [pgbouncer]
      pool_mode = transaction
      default_pool_size = \(connections)
      listen_port = 6432
      unix_socket_dir = \(directory)
      auth_type = trust
      auth_file = \(directory)/users
      ignore_startup_parameters = extra_float_digits
      server_lifetime = 2
      """
    try settings.write(toFile: "\(directory)/pgbouncer.ini", atomically: false, encoding: .utf8)
    try "\"author\" \"\"\n".write(toFile: "\(directory)/users", atomically: false, encoding: .utf8)
    // PgBouncer refuses to run as root.
    let user = geteuid() == 0 ? ["runuser", "-u", "postgres", "--"] : []
    process = try ChildProcess(user + [program, "\(directory)/pgbouncer.ini"], output: "/dev/null")
  }

  /// How to connect through it.
  func route(_ configuration: PostgresConfiguration) -> PostgresConfiguration {
    var through = configuration
    through.overrides["host"] = directory
    through.overrides["port"] = "6432"
    return through
  }

  /// Tells it to end.
  func end() { process.signal(SIGTERM) }

  /// Ends it, and removes its directory.
  func stop() async {
    end()
    _ = await process.wait()
    try? FileManager.default.removeItem(atPath: directory)
  }
}
