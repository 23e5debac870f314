internal import Postgres

extension Failure {
  /// Why there is no connection, by the SQLSTATE of the server's answer.
  ///
  /// Where there is none the server did not answer, and libpq has no codes for what happens before: there its words decide.
  static func refused(_ error: PostgresError) -> Failure {
    let reason = error.message
    let parts = reason.split(separator: "; ", maxSplits: 1).map(String.init)
    var failure = Failure(.unavailable, "could not connect: \(parts.first ?? reason)")
    failure.detail = error.detail ?? (parts.count > 1 ? parts[1] : nil)
    failure.sqlState = error.sqlState
    let (status, hint) = error.sqlState.map { answer($0, isRaised: error.context != nil) } ?? silence(reason)
    failure.status = status
    failure.hint = error.hint ?? hint
    return failure
  }

  /// What the server's refusal means; code that it runs at a login may raise anything.
  private static func answer(_ sqlState: String, isRaised: Bool) -> (ExitStatus, hint: String) {
    switch (sqlState, sqlState.prefix(2)) {
    case ("28P01", _):
      (.noPermission, "Check the user, and its password in ~/.pgpass, in PGPASSWORD or in a service file.")
    case (_, "28"):
      (
        .noPermission,
        "Name a role that may log in: --database 'user=...', or PGUSER; pg_hba.conf must let it in from here."
      )
    case ("57P03", _): (.unavailable, "Wait until the server is up, then try again.")
    case ("53300", _): (.unavailable, "Wait for a free connection, or raise max_connections.")
    case (_, "08"), (_, "53"), (_, "57"), (_, "58"):
      (.unavailable, "Try again; the log of the server, or of a pooler before it, says more.")
    case _ where isRaised:
      (.noPermission, "The server lets nobody in whom its login trigger refuses. Ask its administrator.")
    case ("3D000", _): (.notFound, "Name a database that exists: --database 'dbname=...', or PGDATABASE.")
    case ("42501", _):
      (.noPermission, "Let the owner of the database grant it: grant connect on database ... to ...;")
    case (_, "22"), ("42704", _):
      (.usage, "The server knows no such setting: correct options in --database, or PGOPTIONS.")
    default: (.noPermission, "The server is there, and does not let this session in. Ask its administrator.")
    }
  }

  /// What libpq's words mean where the server said nothing.
  private static func silence(_ reason: String) -> (ExitStatus, hint: String) {
    for known in words where known.words.contains(where: { reason.contains($0) }) { return (known.status, known.hint) }
    return (.unavailable, "Is the server running there? Name it with --database, or with PGHOST and PGPORT.")
  }

  private static let words: [(words: [String], status: ExitStatus, hint: String)] = [
    (
      ["no password supplied"], .noPermission,
      "Check the user, and its password in ~/.pgpass, in PGPASSWORD or in a service file."
    ),
    (
      ["for connection option \"", "invalid port number", "invalid integer value"], .usage,
      "Write it as in --database 'host=db.example.org port=5432 dbname=shop', or see PGHOST, PGPORT and so on."
    ),
    (["could not translate host name"], .unavailable, "Check the name of the host in --database or PGHOST."),
  ]
}
