extension PostgresConnection {
  /// Runs one statement by the extended protocol.
  ///
  /// ```swift
  /// let result = try await connection.query("update t set n = n + 1 where id = $1", [7], deadline: .now + .seconds(5))
  /// print(result.affectedRows ?? 0)  // 1
  /// ```
  ///
  /// - Throws: `PostgresError`; when it is `timeout` or `cancelled`, the statement was cancelled in the server, and where
  ///   that failed the connection is closed.
  @discardableResult public func query(
    _ sql: String, _ parameters: [PostgresParameter] = [], deadline: ContinuousClock.Instant? = nil
  ) async throws -> PostgresResult {
    try await query(sql, parameters, deadline: deadline, isShielded: false)
  }

  /// Runs several statements in one round trip; the first that fails stops the rest.
  ///
  /// Outside a transaction block the statements form a transaction of their own, unless they begin and commit one. An
  /// error leaves a block that was begun in the failed state, to be rolled back.
  ///
  /// ```swift
  /// let results = try await connection.pipeline(["begin", PostgresStatement("select claim($1)", ["worker"])])
  /// ```
  ///
  /// - Returns: a result for each statement, in order.
  /// - Throws: `PostgresError`, the first one; the connection is in step again.
  @discardableResult public func pipeline(
    _ statements: [PostgresStatement], deadline: ContinuousClock.Instant? = nil
  ) async throws -> [PostgresResult] {
    if statements.isEmpty { return [] }
    for statement in statements { try statement.check() }
    return try await perform(.pipeline(statements), deadline: deadline)
  }

  /// Runs the text of a script by the simple protocol: any number of statements, separated by semicolons.
  ///
  /// Statements outside a transaction block form one transaction together, as in `psql -c`.
  ///
  /// - Returns: a result for each statement, in order.
  /// - Throws: `PostgresError`, the first one; statements behind it did not run.
  @discardableResult public func script(
    _ sql: String, deadline: ContinuousClock.Instant? = nil
  ) async throws -> [PostgresResult] {
    try PostgresStatement(sql).check()
    return try await perform(.script(sql), deadline: deadline)
  }

  /// Runs one statement, with or without regard for the cancellation of the task.
  @discardableResult func query(
    _ sql: String, _ parameters: [PostgresParameter] = [], deadline: ContinuousClock.Instant?, isShielded: Bool
  ) async throws -> PostgresResult {
    let statement = PostgresStatement(sql, parameters)
    try statement.check()
    let results = try await perform(.statement(statement), deadline: deadline, isShielded: isShielded)
    guard let result = results.first else { throw PostgresError(.usage, "the statement gave no result") }
    return result
  }
}
