internal import Postgres

extension Failure {
  /// Why there is no connection, by what the server or libpq said.
  ///
  /// libpq has no codes for what happens before the server speaks, and gives no SQLSTATE of what it says in the
  /// handshake; so the words decide where there is none.
  static func refused(_ error: PostgresError) -> Failure {
    let reason = error.message
    let parts = reason.split(separator: "; ", maxSplits: 1).map(String.init)
    var failure = Failure(.unavailable, "could not connect: \(parts.first ?? reason)", hint: error.hint)
    failure.detail = error.detail ?? (parts.count > 1 ? parts[1] : nil)
    failure.sqlState = error.sqlState
    if let known = handshakes.first(where: { known in known.words.contains { reason.contains($0) } }) {
      failure.status = known.status
      failure.hint = known.hint
    } else {
      failure.hint = failure.hint ?? "Is the server running there? Name it with --database, or with PGHOST and PGPORT."
    }
    return failure
  }

  private static let handshakes: [(words: [String], status: ExitStatus, hint: String)] = [
    (
      [
        "password authentication failed", "no password supplied", "authentication failed for user",
        "no pg_hba.conf entry",
      ],
      .noPermission, "Check the user, and its password in ~/.pgpass, in PGPASSWORD or in a service file."
    ),
    (
      ["role \"", "is not permitted to log in"], .noPermission,
      "Name a role that may log in: --database 'user=...', or PGUSER."
    ),
    (
      ["permission denied for database"], .noPermission,
      "Let the owner of the database grant it: grant connect on database ... to ...;"
    ),
    (
      ["database \""], .notFound, "Name a database that exists: --database 'dbname=...', or PGDATABASE."
    ),
    (
      ["for connection option \"", "invalid port number", "invalid integer value"], .usage,
      "Write it as in --database 'host=db.example.org port=5432 dbname=shop', or see PGHOST, PGPORT and so on."
    ),
    (
      ["could not translate host name"], .unavailable,
      "Check the name of the host in --database or PGHOST."
    ),
    (
      [
        "the database system is starting up", "the database system is shutting down", "in recovery mode",
        "the database system is not yet accepting connections",
      ],
      .unavailable,
      "Wait until the server is up, then try again."
    ),
    (
      ["too many clients", "remaining connection slots", "too many connections"], .unavailable,
      "Wait for a free connection, or raise max_connections."
    ),
  ]
}
