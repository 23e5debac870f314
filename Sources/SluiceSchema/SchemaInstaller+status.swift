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

  /// Reads the version in the text of `sluice.version()`: nothing of the schema is called before its owner was judged.
  private func installedVersion(on connection: PostgresConnection) async throws -> SchemaVersion? {
    do {
      let found = try await connection.query(
        """
        select o.rolname as owner, u.rolname as role, u.rolsuper as is_superuser, o.rolsuper as is_trusted,
          p.prosrc as version, pg_catalog.has_schema_privilege(n.oid, 'usage') as enters
        from pg_catalog.pg_namespace n
        join pg_catalog.pg_roles o on o.oid = n.nspowner
        join pg_catalog.pg_roles u on u.rolname = session_user
        left join pg_catalog.pg_proc p on p.pronamespace = n.oid and p.proname = 'version' and p.proargtypes = ''
        where n.nspname = 'sluice'
        """, deadline: .now + .seconds(30))
      guard let schema = found.first else { return nil }
      let owner = try schema.get("owner", as: String.self)
      if try schema.get("is_superuser"), try !schema.get("is_trusted"), owner != trustedOwner {
        throw SluiceError.schemaOfAnother(owner, role: try schema.get("role"))
      }
      let text = try schema.get("version", as: String?.self)
      guard let version = text?.wholeMatch(of: #/\s*select '([^']+)'\s*/#)?.1 else {
        throw SluiceError.schemaForeign(owner)
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
