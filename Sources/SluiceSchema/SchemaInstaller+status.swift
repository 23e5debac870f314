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

  private func installedVersion(on connection: PostgresConnection) async throws -> SchemaVersion? {
    do {
      let deadline = ContinuousClock.now + .seconds(30)
      let schema = try await connection.query(
        "select from pg_catalog.pg_namespace n where n.nspname = 'sluice'", deadline: deadline)
      if schema.isEmpty { return nil }
      let version = try await connection.query("select sluice.version()", deadline: deadline).single()
      return SchemaVersion(try version.get(at: 0, as: String.self))
    } catch let error as PostgresError where error.sqlState == "42883" {
      throw SluiceError(
        .schemaForeign, "schema \"sluice\" exists, but it is not Sluice's",
        hint: "Rename it: alter schema sluice rename to another_name;")
    } catch let error as PostgresError where error.sqlState == "42501" {
      var refused = SluiceError(error)
      refused.hint = "Let the owner of schema sluice grant you access: see sluice.grant_author and its likes."
      throw refused
    } catch let error as PostgresError {
      throw SluiceError(error)
    }
  }
}
