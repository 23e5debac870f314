public import Postgres

/// The transaction of a batch, lent to a handler: what it writes here, its changes and the cursor commit together or not at all.
///
/// ```swift
/// try await batch.query("insert into audit (token_id) select unnest($1::bigint[])", [.array(ids)])
/// ```
///
/// It ends when the handler returns; a statement that fails makes the batch fail, also where the handler catches the error.
public actor HandlerBatch {
  /// Name of the migration.
  public nonisolated let migration: String
  private let connection: PostgresConnection
  private let deadline: ContinuousClock.Instant
  private var isOpen = true
  private var calls = 0
  private var closer: CheckedContinuation<Void, Never>?
  private var failure: PostgresError?

  /// Batch on a connection inside a transaction.
  init(migration: String, connection: PostgresConnection, deadline: ContinuousClock.Instant) {
    self.migration = migration
    self.connection = connection
    self.deadline = deadline
  }

  /// Runs one statement in the batch's transaction.
  ///
  /// - Throws: `PostgresError`; of code `usage` for a statement that begins or ends a transaction, and after the batch.
  @discardableResult public func query(
    _ sql: String, _ parameters: [PostgresParameter] = []
  ) async throws -> PostgresResult {
    guard isOpen else { throw PostgresError(.usage, "the batch of a handler ended when the handler returned") }
    guard CommandWord(sql: sql) == .other else {
      throw PostgresError(
        .usage, "a handler cannot begin or end a transaction", hint: "Its batch is one, together with the cursor.")
    }
    calls += 1
    defer { leave() }
    do {
      return try await connection.query(sql, parameters, deadline: deadline)
    } catch let error as PostgresError {
      failure = failure ?? error
      throw error
    }
  }

  /// Runs one statement and decodes its rows, as those that the handler gets.
  public func rows<Value: Decodable & Sendable>(
    _ sql: String, _ parameters: [PostgresParameter] = [], as type: Value.Type = Value.self
  ) async throws -> [Value] {
    try await query(sql, parameters).decoded()
  }

  /// Returns when the task is cancelled.
  ///
  /// - Throws: `PostgresError` of code `connectionLost` once the session is gone, and the batch with it.
  @Sendable nonisolated func waitForLoss() async throws {
    while !Task.isCancelled {
      do { try await Task.sleep(for: .milliseconds(500)) } catch { return }
      if await connection.isClosed {
        throw PostgresError(.connectionLost, "the session of the batch ended, so its handler was cancelled")
      }
    }
  }

  /// Takes the transaction back, once calls under way have returned.
  ///
  /// - Returns: the first error of a statement, if there was one.
  func close() async -> PostgresError? {
    isOpen = false
    if calls > 0 { await withCheckedContinuation { closer = $0 } }
    return failure
  }

  private func leave() {
    calls -= 1
    if calls == 0 { closer?.resume() }
  }
}
