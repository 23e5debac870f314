internal import Postgres

/// What the program must know of a server before it asks anything of Sluice.
struct Server: Sendable {
  /// Oldest major version that Sluice works with.
  static let oldestMajor = 15

  /// Version as a number, such as 150018.
  let versionNumber: Int
  /// Version as the server writes it, such as `15.18`.
  let version: String
  /// Whether it is a standby, which takes no writes.
  let isStandby: Bool
  /// Where `default_transaction_read_only` was turned on, as `pg_settings.source` has it; nil where it is off.
  let readOnlySource: String?
  /// Whether the schema is there.
  let hasSchema: Bool
  /// Whether the role may use the schema at all.
  let mayEnterSchema: Bool
  /// Role of the session.
  let role: String
  /// Database of the session.
  let database: String

  /// Asks a connection.
  static func look(at connection: PostgresConnection) async throws -> Server {
    let row = try await connection.query(
      """
      select current_setting('server_version_num')::int as number, current_setting('server_version') as version,
        pg_catalog.pg_is_in_recovery() as standby,
        (select s.source from pg_catalog.pg_settings s
          where s.name = 'default_transaction_read_only' and s.setting = 'on') as read_only_source,
        exists (select from pg_catalog.pg_namespace where nspname = 'sluice') as schema,
        exists (
          select from pg_catalog.pg_namespace n
          where n.nspname = 'sluice' and pg_catalog.has_schema_privilege(n.oid, 'usage')) as enters,
        session_user as role, pg_catalog.current_database() as database
      """
    ).single()
    return Server(
      versionNumber: try row.get("number"), version: try row.get("version"), isStandby: try row.get("standby"),
      readOnlySource: try row.get("read_only_source"),
      hasSchema: try row.get("schema"), mayEnterSchema: try row.get("enters"),
      role: try row.get("role"), database: try row.get("database"))
  }

  /// Refuses a server that is too old, a standby where something is to be written, and a database without the schema.
  func require(_ needs: Set<Need>) throws {
    if versionNumber < Self.oldestMajor * 10_000 {
      throw Failure(
        .unsuitableServer, "PostgreSQL \(version) is too old",
        detail: "Sluice works with PostgreSQL \(Self.oldestMajor) and newer.", hint: "Upgrade the server.")
    }
    if needs.contains(.writes) || needs.contains(.primary), isStandby {
      throw Failure(
        .unsuitableServer, "the server is a standby, which takes no writes",
        hint: "Connect to the primary; with several hosts add target_session_attrs=read-write.")
    }
    if needs.contains(.writes), let remedy = readOnlyRemedy {
      throw Failure(.unsuitableServer, Self.takesNoWrites, hint: remedy)
    }
    if needs.contains(.schema), !hasSchema {
      throw Failure(
        .schemaMismatch, "Sluice is not installed in database \"\(database)\"", hint: "Install it: sluice install")
    }
  }

  /// What is said of a database whose operator has turned writes off.
  static let takesNoWrites = "the database takes no writes (default_transaction_read_only)"

  /// How that is turned off where it was turned on; nil where it is off.
  var readOnlyRemedy: String? {
    let setting = "reset default_transaction_read_only;"
    let (database, role) = (PostgresConnection.quote(database), PostgresConnection.quote(role))
    return switch readOnlySource {
    case nil: nil
    case "database": "When it is to take them again: alter database \(database) \(setting)"
    case "user": "When it is to take them again: alter role \(role) \(setting)"
    case "database user": "When it is to take them again: alter role \(role) in database \(database) \(setting)"
    case "client", "session", "environment variable":
      "This connection asks for that: see options in --database, a service file or PGOPTIONS."
    default: "When it is to take them again: alter system \(setting) select pg_reload_conf();"
    }
  }

  /// What a command needs of a server.
  enum Need {
    /// The schema `sluice`.
    case schema
    /// A primary.
    case primary
    /// A primary that takes writes.
    case writes
  }
}
