/// Where and how to connect.
///
/// Whatever the connection string leaves open comes from libpq's environment: `PGHOST`, `PGSERVICE`, `~/.pgpass` and so
/// on. Descriptions never contain a password.
///
/// ```swift
/// var configuration = PostgresConfiguration("postgres://app@db.example.com/shop?sslmode=verify-full")
/// configuration.applicationName = "sluice worker"
/// ```
public struct PostgresConfiguration: Sendable {
  private static let nameOfLibrary = "swift-postgres"

  /// Everything from the environment.
  public static let environment = PostgresConfiguration()

  /// Connection string (`host=... dbname=...`), URL (`postgres://...`), or name of a database; may contain a password.
  public var connectionString: String
  /// Keywords that win over the connection string, such as `dbname`.
  public var overrides: [String: String] = [:]
  /// Name shown in `pg_stat_activity`, unless the user chose one.
  public var applicationName = Self.nameOfLibrary
  /// How long to wait for the server to answer a cancel request before the connection is closed.
  public var cancelGrace: Duration = .seconds(2)
  /// Called for each notice and warning, on the connection's queue; it must not block.
  public var onNotice: (@Sendable (PostgresNotice) -> Void)?

  /// Configuration for a connection string, a URL, the name of a database, or the environment alone.
  public init(_ connectionString: String = "") {
    self.connectionString = connectionString
  }

  /// The same, for another database of the server.
  public func database(_ name: String) -> PostgresConfiguration {
    var copy = self
    copy.overrides["dbname"] = name
    return copy
  }

  /// The same, with this name shown in `pg_stat_activity` where the program has chosen none.
  package func named(byDefault name: String) -> PostgresConfiguration {
    if applicationName != Self.nameOfLibrary { return self }
    var copy = self
    copy.applicationName = name
    return copy
  }
}
