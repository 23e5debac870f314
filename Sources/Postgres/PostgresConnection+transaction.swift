extension PostgresConnection {
  /// Runs the body between BEGIN and COMMIT, or ROLLBACK when it throws.
  ///
  /// The connection belongs to the body meanwhile: calls from other tasks would fall into the same transaction. The
  /// rollback takes place also when the task is cancelled; if even that fails, the connection is closed.
  ///
  /// ```swift
  /// try await connection.withTransaction("begin isolation level repeatable read") { connection in
  ///   try await connection.query("update account set cents = cents - 100 where id = 1")
  ///   try await connection.query("update account set cents = cents + 100 where id = 2")
  /// }
  /// ```
  ///
  /// - Throws: what the body throws; `PostgresError` when the commit fails, with `isOutcomeUnknown` when the connection
  ///   broke before the server's answer.
  @discardableResult public nonisolated func withTransaction<Value: Sendable>(
    _ begin: String = "begin", deadline: ContinuousClock.Instant? = nil,
    _ body: (PostgresConnection) async throws -> Value
  ) async throws -> Value {
    try await query(begin, deadline: deadline)
    let value: Value
    do {
      value = try await body(self)
    } catch {
      await rollBack()
      throw error
    }
    do {
      let committed = try await query("commit", deadline: deadline)
      if committed.commandTag == "COMMIT" { return value }
    } catch {
      await rollBack()
      throw error
    }
    throw PostgresError(
      .server, "the transaction was rolled back at its commit",
      hint: "A statement in it failed, and the body went on as if it had not.")
  }

  private func rollBack() async {
    if transactionStatus == .idle || isClosed { return }
    do {
      try await query("rollback", deadline: .now + .seconds(10), isShielded: true)
    } catch {
      await close()
    }
  }
}
