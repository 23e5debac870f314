public import Postgres

extension SchemaInstaller {
  /// What a database has of the schema.
  ///
  /// - Throws: `SluiceError`: `schemaForeign` when a schema of this name is not Sluice's; `server` when the role may not
  ///   look into it.
  public func status(on connection: PostgresConnection) async throws -> SchemaStatus {
    SchemaStatus(found: try await installedVersion(on: connection), expected: source.version)
  }

  /// Refuses any schema but the expected one.
  ///
  /// - Throws: `SluiceError`: `schemaAbsent`, `schemaOlder`, `schemaNewer`, and what `status` throws.
  public func requireCurrent(on connection: PostgresConnection) async throws {
    if let error = SluiceError(try await status(on: connection)) { throw error }
  }

  /// Refuses a schema whose owner would gain the rights of a superuser or an administrator.
  ///
  /// Administrators have attributes or predefined roles that reach beyond the objects of a database. Nothing of the
  /// schema is called.
  ///
  /// - Throws: `SluiceError`: `schemaForeign`; `PostgresError`.
  package func judgeOwner(on connection: PostgresConnection) async throws {
    let found = try await connection.query(
      """
      select n.nspname as schema, o.rolname as owner, u.rolname as role
      from pg_catalog.pg_namespace n
      join pg_catalog.pg_roles o on o.oid = n.nspowner
      join pg_catalog.pg_roles u on u.rolname = session_user
      where n.nspname in ('sluice', 'sluice_internal') and not o.rolsuper and n.nspowner <> u.oid
        and (u.rolsuper or u.rolcreaterole or u.rolreplication or u.rolbypassrls
          or exists (
            select from pg_catalog.pg_roles p
            where p.rolname in ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files',
                'pg_read_all_data', 'pg_write_all_data', 'pg_maintain', 'pg_signal_backend', 'pg_create_subscription')
              and pg_catalog.pg_has_role(u.oid, p.oid, 'member')))
      """, deadline: .now + .seconds(30))
    for schema in found {
      let owner = try schema.get("owner", as: String.self)
      if owner != trustedOwner {
        throw SluiceError.schemaOfAnother(owner, schema: try schema.get("schema"), role: try schema.get("role"))
      }
    }
  }

  /// Reads the version in the text of `sluice.version()`, which is not called.
  private func installedVersion(on connection: PostgresConnection) async throws -> SchemaVersion? {
    do {
      try await judgeOwner(on: connection)
      let found = try await connection.query(
        """
        select pg_catalog.pg_get_userbyid(n.nspowner) as owner, p.prosrc as version,
          pg_catalog.has_schema_privilege(n.oid, 'usage') as enters,
          exists (
            select from pg_catalog.pg_namespace i
            where i.nspname = 'sluice_internal' and i.nspowner = n.nspowner) as is_whole
        from pg_catalog.pg_namespace n
        left join pg_catalog.pg_proc p on p.pronamespace = n.oid and p.proname = 'version' and p.proargtypes = ''
        where n.nspname = 'sluice'
        """, deadline: .now + .seconds(30))
      guard let schema = found.first else { return nil }
      let text = try schema.get("version", as: String?.self)
      guard try schema.get("is_whole"), let version = text?.wholeMatch(of: #/\s*select '([^']+)'\s*/#)?.1 else {
        throw SluiceError.schemaForeign(try schema.get("owner"))
      }
      guard try schema.get("enters") else {
        var refused = PostgresError(
          .server, "permission denied for schema sluice",
          hint: "Let the owner of schema sluice grant you access: see sluice.grant_author and its likes.")
        refused.sqlState = "42501"
        throw refused
      }
      return SchemaVersion(String(version))
    } catch let error as PostgresError {
      throw SluiceError(error)
    }
  }
}
