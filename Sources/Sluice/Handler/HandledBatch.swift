internal import Postgres

/// A batch whose rows go to a handler, inside the transaction that claimed its lane.
struct HandledBatch {
  /// Connection inside the transaction.
  let connection: PostgresConnection
  /// Name of the migration.
  let migration: String
  let handler: RegisteredHandler
  /// Rows that it is given, locked.
  let rows: [PostgresRow]
  /// Until when the handler may take.
  let limit: ContinuousClock.Instant
  /// Until when a statement may take.
  let deadline: ContinuousClock.Instant
  /// What was done so far, as text: a `sluice_internal.batch_result`.
  private(set) var result: String

  /// Gives all rows to the handler at once and applies what it returns.
  ///
  /// - Throws: `PostgresError`.
  mutating func run() async throws {
    if !rows.isEmpty { try await change(rows.indices) }
  }

  /// Gives the rows to the handler in pieces, each behind a savepoint; halves those that fail down to the row.
  ///
  /// - Throws: `PostgresError`, unless it says that a row cannot be migrated.
  mutating func runCarefully() async throws {
    let size = max(rows.count / 8, 1)
    for start in stride(from: 0, to: rows.count, by: size) {
      _ = try await piece(start..<min(start + size, rows.count), isDoomed: false)
    }
  }

  /// Does a piece, and returns how many of its rows failed; one that is known to fail is halved without a try.
  private mutating func piece(_ range: Range<Int>, isDoomed: Bool) async throws -> Int {
    if range.count == 1 || !isDoomed {
      guard let failure = try await trial(of: range) else { return 0 }
      if range.count == 1 {
        try await add(failure, for: range.lowerBound)
        return 1
      }
    }
    let middle = range.lowerBound + range.count / 2
    let failures = try await piece(range.lowerBound..<middle, isDoomed: false)
    return try await failures + piece(middle..<range.upperBound, isDoomed: failures == 0)
  }

  /// Does a piece behind a savepoint, and returns the error of a row in it.
  private mutating func trial(of range: Range<Int>) async throws -> PostgresError? {
    try await connection.pipeline(["savepoint sluice_piece", "set constraints all deferred"], deadline: deadline)
    let before = result
    do {
      try await change(range)
      try await connection.pipeline(
        ["set constraints all immediate", "release savepoint sluice_piece"], deadline: deadline)
      return nil
    } catch let failure as PostgresError where failure.sqlState != nil && !failure.endsTransaction {
      result = before
      let kind = try await connection.pipeline(
        [
          "rollback to savepoint sluice_piece", "release savepoint sluice_piece",
          PostgresStatement("select sluice_internal.failure_kind($1)", [.text(failure.sqlState)]),
        ], deadline: deadline)
      guard try kind.last?.single().get(at: 0, as: String.self) == "data" else { throw failure }
      return failure
    }
  }

  /// Gives rows to the handler and applies what it returns.
  private mutating func change(_ range: Range<Int>) async throws {
    let batch = HandlerBatch(migration: migration, connection: connection, deadline: deadline)
    // its own SQL has the search path of the role and the database
    try await connection.pipeline([PostgresConnection.unpinLocally], deadline: deadline)
    let parts = try await handler.parts(of: Array(rows[range]), in: batch, until: limit)
    try await connection.pipeline([PostgresConnection.pinLocally], deadline: deadline)
    for part in parts { try await apply(part) }
  }

  private mutating func apply(_ changes: [ChangeRecord]) async throws {
    let applied = try await connection.query(
      "select sluice_internal.apply_changes($1::sluice_internal.batch_result, $2, $3::jsonb)",
      [.text(result), .array(changes[0].columns), try .json(changes.map(\.byColumn))], deadline: deadline)
    result = try applied.single().get(at: 0)
  }

  private mutating func add(_ failure: PostgresError, for index: Int) async throws {
    let lower = index > 0 ? try rows[index - 1].get("sluice key", as: String?.self) : nil
    let added = try await connection.query(
      """
      select sluice_internal.add_failure(
        $1::sluice_internal.batch_result, coalesce($2::text[], ($1::sluice_internal.batch_result).lower), $3, $4, $5, $6, $7, $8, $9)
      """,
      [
        .text(result), .text(lower), .text(try rows[index].get("sluice key")), .text(failure.sqlState),
        .text(failure.message), .text(failure.detail), .text(failure.hint), .text(failure.context),
        .text(failure.constraint),
      ], deadline: deadline)
    result = try added.single().get(at: 0)
  }
}

extension PostgresError {
  /// Whether no savepoint is left to go back to.
  fileprivate var endsTransaction: Bool { code == .connectionLost || code == .timeout || code == .cancelled }
}
