internal import Postgres
internal import SluiceSchema

/// The calls of one batch on one connection; nothing here relies on the state of the session between transactions.
struct BatchSession {
  let connection: PostgresConnection
  let installer: SchemaInstaller
  let failpoint: Failpoint?

  /// How long a call may take that does not run the author's SQL.
  private static let callTime: Duration = .seconds(30)
  /// So that a frozen driver's lock goes away.
  private static let begin: [PostgresStatement] = [
    "begin isolation level read committed read write", "set local idle_in_transaction_session_timeout to '10s'",
  ]

  /// Opens a connection and checks what is installed.
  ///
  /// - Throws: `PostgresError`; `SluiceError` when the schema is not the expected one.
  static func open(
    _ configuration: PostgresConfiguration, installer: SchemaInstaller, failpoint: Failpoint?
  ) async throws -> BatchSession {
    let connection = try await PostgresConnection.connect(configuration)
    do {
      try await installer.requireCurrent(on: connection)
      let isArmed = failpoint == nil ? false : try await Failpoint.isAllowed(on: connection)
      return BatchSession(connection: connection, installer: installer, failpoint: isArmed ? failpoint : nil)
    } catch {
      await connection.close()
      throw error
    }
  }

  /// Claims a lane; the transaction stays open only when there is one.
  ///
  /// - Throws: `PostgresError`; `SluiceError` when the schema was upgraded meanwhile.
  func claim() async throws -> ClaimAnswer {
    failpoint?.reach(.beforeClaim)
    let claim: PostgresStatement = """
      select c.lane_id, c.version, c.migration, c.wait_seconds, c.reason, sluice.version() as schema_version,
        extract(epoch from current_setting('statement_timeout')::interval) as statement_timeout
      from sluice.claim() as c
      """
    let results = try await connection.pipeline(Self.begin + [claim], deadline: .now + Self.callTime)
    guard let row = results.last?.first else { throw PostgresError(.usage, "claim gave no answer") }
    let status = SchemaStatus(
      found: SchemaVersion(try row.get("schema_version", as: String.self)), expected: installer.source.version)
    if let error = SluiceError(status) { throw error }
    if let id = try row.get("lane_id", as: Int?.self) {
      failpoint?.reach(.afterClaim)
      return .lane(
        ClaimedLane(
          id: id, version: try row.get("version"), migration: try row.get("migration"),
          statementTimeout: .seconds(try row.get("statement_timeout", as: Double.self))))
    }
    // Not rolled back: a claim that finds nothing may have put waiting lanes to work.
    try await connection.query("commit", deadline: .now + Self.callTime)
    return .wait(.seconds(try row.get("wait_seconds", as: Double.self)), reason: try row.get("reason"))
  }

  /// Runs the batch of the claimed lane, moves its cursor and commits, in one round trip.
  func run(_ lane: ClaimedLane) async throws {
    let deadline = ContinuousClock.now + lane.timeLimit
    if let failpoint {
      try await run(lane, reaching: failpoint, deadline: deadline)
    } else {
      try await connection.pipeline(
        [PostgresStatement("select sluice.checkpoint(sluice.run($1))", [.integer(lane.id)]), "commit"],
        deadline: deadline)
    }
  }

  /// Records a failed batch in a transaction of its own; too late a record does nothing.
  func report(_ report: FailureReport) async throws {
    failpoint?.reach(.beforeFail)
    let fail = PostgresStatement(
      "select sluice.fail($1, $2, $3, $4, $5, $6, $7, $8)",
      [
        .integer(report.lane.id), .integer(report.lane.version), .text(report.sqlState), .text(report.message),
        .text(report.detail), .text(report.hint), .text(report.context), .text(report.constraint),
      ])
    try await connection.pipeline(Self.begin + [fail, "commit"], deadline: .now + Self.callTime)
    failpoint?.reach(.afterFail)
  }

  /// Brings the connection out of a failed transaction.
  ///
  /// - Returns: whether the connection can still be used.
  func settle() async -> Bool {
    if await connection.isClosed { return false }
    if await connection.transactionStatus == .idle { return true }
    do {
      try await connection.query("rollback", deadline: .now + .seconds(10))
      return true
    } catch {
      await connection.close()
      return false
    }
  }

  /// The same as `run`, step by step.
  private func run(
    _ lane: ClaimedLane, reaching failpoint: Failpoint, deadline: ContinuousClock.Instant
  ) async throws {
    let result = try await connection.query("select sluice.run($1)", [.integer(lane.id)], deadline: deadline).single()
    failpoint.reach(.afterRun)
    try await connection.query(
      "select sluice.checkpoint($1::sluice.batch_result)", [.text(result.get(at: 0))], deadline: deadline)
    failpoint.reach(.beforeCommit)
    try await connection.query("commit", deadline: deadline)
    failpoint.reach(.afterCommit)
  }
}
