package import Postgres

/// How many connections a role may have in a database, and what says so.
package struct ConnectionLimit: Sendable {
  /// What is limited: a role, a database or the server.
  package var subject: String
  /// How many.
  package var allowed: Int
  /// Statement that raises it, but for the number.
  package var remedy: String

  /// Connections of a driver: its workers, the one that listens, the one that vacuums, and one that looks meanwhile whether
  /// to go on.
  package static func needed(workers: Int) -> Int { workers + 3 }

  /// The lowest limit for the session's user.
  ///
  /// - Throws: `PostgresError`.
  package static func lowest(on connection: PostgresConnection) async throws -> ConnectionLimit {
    let row = try await connection.query(
      """
      select l.subject, l.allowed, l.remedy
      from pg_catalog.pg_roles r
      join pg_catalog.pg_database d on d.datname = pg_catalog.current_database()
      cross join lateral (
        values
          (pg_catalog.format('role "%s"', r.rolname), r.rolconnlimit,
            pg_catalog.format('alter role %I connection limit', r.rolname)),
          (pg_catalog.format('database "%s"', d.datname), d.datconnlimit,
            pg_catalog.format('alter database %I connection limit', d.datname)),
          ('the server', pg_catalog.current_setting('max_connections')::integer
            - pg_catalog.current_setting('superuser_reserved_connections')::integer
            - coalesce(pg_catalog.current_setting('reserved_connections', true), '0')::integer,
            'alter system set max_connections =')
      ) as l (subject, allowed, remedy)
      where r.rolname = session_user and l.allowed >= 0 and (not r.rolsuper or l.subject = 'the server')
      order by l.allowed
      limit 1
      """, deadline: .now + .seconds(30)
    ).single()
    return ConnectionLimit(
      subject: try row.get("subject"), allowed: try row.get("allowed"), remedy: try row.get("remedy"))
  }

  /// What raises it to a number.
  package func advice(_ needed: Int) -> String { "\(remedy) \(needed); or use fewer workers." }
}
