internal import Postgres
internal import SluiceSchema

extension SluiceClient {
  /// Runs all batches of a migration now, those of its handler included, until it is finished and verified.
  ///
  /// - Throws: `SluiceError` as cleanup does; `PostgresError`.
  nonisolated func finish(
    _ name: String, with handlers: [any HandlerMigration.Type], until end: ContinuousClock.Instant?
  ) async throws {
    let session = try await BatchSession.open(
      configuration, installer: SchemaInstaller(), failpoint: nil, handlers: RegisteredHandler.byName(handlers))
    do {
      let different = session.different.filter { $0.name == name }
      if let error = Drift(different: different, onlyInCode: [], onlyInDatabase: []).error { throw error }
      try await finish(name, on: session, until: end)
      await session.connection.close()
    } catch {
      await session.connection.close()
      throw error
    }
  }

  private nonisolated func finish(
    _ name: String, on session: BatchSession, until end: ContinuousClock.Instant?
  ) async throws {
    let begun = ContinuousClock.now
    let timeout: PostgresParameter = end.map { .interval(begun.duration(to: $0)) } ?? .null
    try await session.connection.query("select sluice_internal.begin_cleanup($1)", [.text(name)], deadline: end)
    while true {
      let left: PostgresParameter = end.map { .interval(ContinuousClock.now.duration(to: $0)) } ?? .null
      let check = try await session.connection.query(
        "select sluice_internal.check_cleanup($1, $2::interval, clock_timestamp() + $3::interval)",
        [.text(name), timeout, left])
      if try check.single().get(at: 0) { return }
      switch try await session.claim(only: name) {
      case .wait(let time, _): try await Task.sleep(for: min(time, .milliseconds(50)))
      case .takesNoWrites:
        var error = PostgresError(.server, "the database takes no writes (default_transaction_read_only is on)")
        error.sqlState = "25006"
        throw error
      case .lane(let lane):
        do {
          try await session.run(lane)
        } catch let error as PostgresError where error.code != .cancelled {
          guard await session.settle() else { throw error }
          try await session.report(FailureReport(lane, error))
        }
      }
    }
  }

  /// Calls a handler for some rows, in a transaction that is rolled back, on a connection of its own.
  nonisolated func preview(_ name: String, rows: Int, by handler: RegisteredHandler) async throws -> [PreviewRow] {
    let deadline = ContinuousClock.now + Self.probeTime
    do {
      return try await PostgresConnection.withPinnedConnection(configuration) { connection in
        try await SchemaInstaller().judgeOwner(on: connection)
        try await connection.query("begin")
        let begun = try await connection.query(
          "select * from sluice_internal.preview_handler($1, $2)", [.text(name), .integer(rows)], deadline: deadline)
        guard let found = begun.first else { return [] }
        let relation: String = try found.get("relation")
        let fetched = try await connection.query("fetch all from sluice_rows", deadline: deadline)
        let batch = HandlerBatch(migration: name, connection: connection, deadline: deadline)
        try await connection.pipeline([PostgresConnection.unpinLocally], deadline: deadline)
        let parts = try await handler.parts(of: Array(fetched), in: batch, until: deadline)
        try await connection.pipeline([PostgresConnection.pinLocally], deadline: deadline)
        for part in parts {
          try await connection.query(
            "select sluice_internal.apply_\(found.get("suffix", as: String.self))($1, $2, $3, $4)",
            [
              .text(found.get("lower")), .text(found.get("upper")), .array(part[0].columns),
              .json(part.map(\.byColumn)),
            ], deadline: deadline)
        }
        let shown: [PreviewRow] = try await connection.query(
          """
          select \(PreviewRow.columns)
          from unnest($1::text[], $2::jsonb[], sluice_internal.preview_handler_after($3, $4::regclass, $5::text[]))
            as r (key, row_before, row_after)
          cross join (select $4::text as relation) as l
          cross join lateral (
            select case when row_after is null then 'delete' when row_after = row_before then 'none' else 'update' end
              as action) as a
          """,
          [
            .text(found.get("keys")), .text(found.get("contents")), .text(name), .text(relation),
            .text(found.get("versions")),
          ], deadline: deadline
        ).decoded()
        try await connection.query("rollback")
        return shown
      }
    } catch let error as PostgresError {
      throw SluiceError(error)
    }
  }
}
