public import Postgres
internal import Synchronization

/// A private PostgreSQL server in a temporary directory, which is removed at the end, whatever the end is.
///
/// It listens on a unix socket of its own, which no other user of the machine can reach, trusts all who can, and has the
/// superuser `postgres`. On 127.0.0.1, where anybody can reach it, it asks for that user's password. When this process is
/// root, the server runs as `postgres` or `nobody`.
///
/// ```swift
/// try await ThrowawayCluster.withCluster { cluster in
///   try await PostgresConnection.withConnection(cluster.configuration()) { connection in
///     try await connection.query("select version()")
///   }
/// }
/// ```
public final class ThrowawayCluster: Sendable {
  /// What it was started with.
  public let options: Options
  /// The server's programs.
  public let programs: ServerPrograms
  /// Directory with everything: data, socket, log.
  public let directory: String
  /// Port: part of the socket's name, and the port on 127.0.0.1 when it listens there.
  public let port: Int
  let user: ServerUser
  /// Password of `postgres` on 127.0.0.1.
  let password: String

  /// The data directory, `PGDATA`.
  public var dataDirectory: String { "\(directory)/data" }
  /// The server's log.
  public var logFile: String { "\(directory)/log" }
  /// Directory of the unix socket, for `PGHOST`.
  public var socketDirectory: String { directory }

  /// Cluster with an empty directory; a standby has the password of its primary.
  init(options: Options, password: String? = nil) throws {
    self.options = options
    self.password = password ?? (0..<4).map { _ in String(UInt32.random(in: 0...(.max)), radix: 36) }.joined()
    programs = try ServerPrograms(directory: options.programs, major: options.major)
    user = try ServerUser()
    directory = try ClusterRegistry.shared.makeDirectory(
      inMemory: !options.isDurable, removedOnSignals: options.removesOnSignals)
    user.own(directory)
    port = try options.listensOnLoopback ? LoopbackPort.free() : 5432
  }

  /// Creates a cluster and starts it.
  ///
  /// - Throws: `TestingError` with the output of the program that failed; nothing is left behind then.
  public static func start(_ options: Options = Options()) async throws -> ThrowawayCluster {
    let cluster = try ThrowawayCluster(options: options)
    do {
      try await cluster.initialize()
      try await cluster.start()
    } catch {
      await cluster.remove()
      throw error
    }
    return cluster
  }

  /// Starts a cluster, lends it to the body, and removes it.
  @discardableResult public static func withCluster<Value: Sendable>(
    _ options: Options = Options(), _ body: (ThrowawayCluster) async throws -> Value
  ) async throws -> Value {
    let cluster = try await start(options)
    do {
      let value = try await body(cluster)
      await cluster.remove()
      return value
    } catch {
      await cluster.remove()
      throw error
    }
  }

  /// How to connect to a database of the cluster as the superuser.
  public func configuration(database: String = "postgres") -> PostgresConfiguration {
    var configuration = PostgresConfiguration()
    configuration.overrides = [
      "host": socketDirectory, "port": String(port), "user": "postgres", "password": password, "dbname": database,
    ]
    return configuration
  }

  /// Variables by which programs of libpq find the cluster: `PGHOST`, `PGPORT`, `PGUSER`, `PGPASSWORD`, `PGDATABASE`, and
  /// `PGDATA` and `SLUICE_PG_BIN` beside them.
  public var environment: [String: String] {
    [
      "PGHOST": socketDirectory, "PGPORT": String(port), "PGUSER": "postgres", "PGPASSWORD": password,
      "PGDATABASE": "postgres", "PGDATA": dataDirectory, "SLUICE_PG_BIN": programs.directory,
    ]
  }
}
