internal import Postgres
internal import SluiceSchema

/// The calls of one batch on one connection; nothing here relies on the state of the session between transactions.
struct BatchSession {
  let connection: PostgresConnection
  let installer: SchemaInstaller
  let failpoint: Failpoint?
  /// Those whose migration the database has as they have it.
  let handlers: [String: RegisteredHandler]
  /// Migrations of the others, whose rows are not for this code.
  let different: [DefinitionComparison]

  /// How long a call may take that does not run the author's SQL.
  private static let callTime: Duration = .seconds(30)
  /// The time limit makes a frozen driver's lock go away.
  ///
  /// Whether the transaction may write is for the operator to say, who may have set `default_transaction_read_only`.
  private static let begin: [PostgresStatement] = [
    "begin isolation level read committed", "set local idle_in_transaction_session_timeout to '10s'",
    PostgresConnection.pinLocally,
  ]

  /// Opens a connection and checks what is installed.
  ///
  /// - Throws: `PostgresError`; `SluiceError` when the schema is not the expected one.
  static func open(
    _ configuration: PostgresConfiguration, installer: SchemaInstaller, failpoint: Failpoint?,
    handlers: [String: RegisteredHandler]
  ) async throws -> BatchSession {
    let connection = try await PostgresConnection.connectPinned(configuration)
    do {
      try await installer.requireCurrent(on: connection)
      if try await connection.isDirect(deadline: .now + callTime) {
        // a worker rests between batches; what limits a batch is the policy's and the role's
        _ = try await connection.liftTimeLimits(["idle_session_timeout"], deadline: .now + callTime)
      } else {
        try await connection.requireTransactions(deadline: .now + callTime)
      }
      let isArmed = failpoint == nil ? false : try await Failpoint.isAllowed(on: connection)
      var fitting = handlers
      var different: [DefinitionComparison] = []
      for (name, handler) in handlers {
        guard let difference = try await handler.difference(on: connection) else { continue }
        different.append(difference)
        fitting[name] = nil
      }
      return BatchSession(
        connection: connection, installer: installer, failpoint: isArmed ? failpoint : nil, handlers: fitting,
        different: different)
    } catch {
      await connection.close()
      throw error
    }
  }

  /// Claims a lane, of one migration only where that is named; the transaction stays open only when there is a lane.
  ///
  /// - Throws: `PostgresError`; `SluiceError` when the schema was upgraded meanwhile.
  func claim(only migration: String? = nil) async throws -> ClaimAnswer {
    failpoint?.reach(.beforeClaim)
    let results = try await connection.pipeline(claiming(only: migration), deadline: .now + Self.callTime)
    return try await answer(results)
  }

  /// The statements of a claim, with the beginning of its transaction.
  private func claiming(only migration: String?) -> [PostgresStatement] {
    let claim = PostgresStatement(
      """
      select c.lane_id, c.version, c.migration, case when c.act = 'change' then c.handler end as handler,
        coalesce(c.careful, false) as is_careful, c.wait_seconds, c.reason, sluice.version() as schema_version,
        pg_catalog.current_setting('transaction_read_only')::boolean as takes_no_writes,
        extract(epoch from current_setting('statement_timeout')::interval) as statement_timeout
      from sluice_internal.claim(only_migration => $1, handlers => $2) as c
      """, [.text(migration), .array(Array(handlers.keys))])
    return Self.begin + [claim]
  }

  /// What the last of some results says, those of a claim.
  private func answer(_ results: [PostgresResult]) async throws -> ClaimAnswer {
    guard let row = results.last?.first else { throw PostgresError(.usage, "claim gave no answer") }
    let status = SchemaStatus(
      found: SchemaVersion(try row.get("schema_version", as: String.self)), expected: installer.source.version)
    if let error = SluiceError(status) { throw error }
    if let id = try row.get("lane_id", as: Int?.self) {
      failpoint?.reach(.afterClaim)
      return .lane(
        ClaimedLane(
          id: id, version: try row.get("version"), migration: try row.get("migration"),
          handler: try row.get("handler"), isCareful: try row.get("is_careful"),
          statementTimeout: .seconds(try row.get("statement_timeout", as: Double.self))))
    }
    // Not rolled back: a claim that finds nothing may have put waiting lanes to work.
    try await connection.query("commit", deadline: .now + Self.callTime)
    if try row.get("takes_no_writes") { return .takesNoWrites }
    return .wait(.seconds(try row.get("wait_seconds", as: Double.self)), reason: try row.get("reason"))
  }

  /// Runs the batch of the claimed lane, moves its cursor and commits, in one round trip.
  ///
  /// With `thenClaim` the next claim is sent along, so that the server need not wait for it; not where the application or
  /// a failpoint has a say in the batch. An error of that claim is reported as one of the batch, and the report, for a version of
  /// the lane that is gone, does nothing.
  @discardableResult
  func run(_ lane: ClaimedLane, thenClaim: Bool = false) async throws -> BatchEnd {
    let deadline = ContinuousClock.now + lane.timeLimit
    if let handler = lane.handler.flatMap({ handlers[$0] }) {
      return BatchEnd(pause: try await run(lane, by: handler, deadline: deadline))
    } else if failpoint != nil {
      return BatchEnd(pause: try await runStepByStep(lane, deadline: deadline))
    }
    let checkpoint = Self.checkpoint("sluice_internal.run($1)", .integer(lane.id))
    let results = try await connection.pipeline(
      [checkpoint, "commit"] + (thenClaim ? claiming(only: nil) : []), deadline: deadline)
    return BatchEnd(pause: try Self.pause(results[0]), next: thenClaim ? try await answer(results) : nil)
  }

  /// Records a failed batch, and how long it took, in a transaction of its own; too late a record does nothing.
  func report(_ report: FailureReport, lasted: Duration? = nil) async throws {
    failpoint?.reach(.beforeFail)
    let fail = PostgresStatement(
      "select sluice_internal.fail($1, $2, $3, $4, $5, $6, $7, $8, $9::float8)",
      [
        .integer(report.lane.id), .integer(report.lane.version), .text(report.sqlState), .text(report.message),
        .text(report.detail), .text(report.hint), .text(report.context), .text(report.constraint),
        .text(lasted.map { "\($0 / .seconds(1))" }),
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
  private func runStepByStep(_ lane: ClaimedLane, deadline: ContinuousClock.Instant) async throws -> Duration {
    let result = try await connection.query("select sluice_internal.run($1)", [.integer(lane.id)], deadline: deadline)
      .single()
    return try await checkpoint(result.get(at: 0), deadline: deadline)
  }

  /// The same as `run`, by application code.
  private func run(
    _ lane: ClaimedLane, by handler: RegisteredHandler, deadline: ContinuousClock.Instant
  ) async throws -> Duration {
    let limit = ContinuousClock.now + lane.handlerTime
    // The session is idle while the handler works.
    let idleTime = Int((lane.handlerTime + .seconds(5)) / .milliseconds(1))
    let begun = try await connection.pipeline(
      [
        PostgresStatement("set local idle_in_transaction_session_timeout to \(idleTime)"),
        PostgresStatement("select sluice_internal.run($1)", [.integer(lane.id)]),
        "select exists (select from pg_catalog.pg_cursors where name = 'sluice_rows')",
      ], deadline: deadline)
    var result: String = try begun[1].single().get(at: 0)
    // Without a cursor there is nothing to hand over: the lane is empty, or only to be divided.
    if try begun[2].single().get(at: 0) {
      let rows = try await connection.query("fetch all from sluice_rows", deadline: deadline)
      var batch = HandledBatch(
        connection: connection, migration: lane.migration, handler: handler, rows: Array(rows), limit: limit,
        deadline: deadline, result: result)
      if lane.isCareful { try await batch.runCarefully() } else { try await batch.run() }
      result = batch.result
    }
    return try await checkpoint(result, deadline: deadline)
  }

  /// Writes down what a batch did, as text, and commits.
  private func checkpoint(_ result: String, deadline: ContinuousClock.Instant) async throws -> Duration {
    failpoint?.reach(.afterRun)
    let checkpoint = Self.checkpoint("$1::sluice_internal.batch_result", .text(result))
    let answer = try await connection.query(checkpoint.sql, checkpoint.parameters, deadline: deadline)
    failpoint?.reach(.beforeCommit)
    try await connection.query("commit", deadline: deadline)
    failpoint?.reach(.afterCommit)
    return try Self.pause(answer)
  }

  /// The statement that writes down a batch and says how many seconds to rest.
  private static func checkpoint(_ result: String, _ value: PostgresParameter) -> PostgresStatement {
    PostgresStatement(
      "select extract(epoch from sluice_internal.checkpoint(\(result)) - clock_timestamp())::float8", [value])
  }

  /// What that statement answered; nothing where the time is past.
  private static func pause(_ answer: PostgresResult) throws -> Duration {
    .seconds(max(try answer.single().get(at: 0, as: Double.self), 0))
  }
}
