public import Logging
public import Postgres
internal import SluiceSchema

/// Everything that `sluice` in SQL offers, as calls: each is one call of the SQL function of the same name.
///
/// The connection is opened by the first call, and again after it broke.
///
/// ```swift
/// let sluice = SluiceClient(configuration: PostgresConfiguration("dbname=shop"))
/// try await sluice.schedule("builds_stage_id", within: .weeks(1))
/// print(try await sluice.progress(of: "builds_stage_id").percent)  // 12.5
/// await sluice.close()
/// ```
///
/// All calls throw `SluiceError`.
public actor SluiceClient {
  /// How to connect.
  public nonisolated let configuration: PostgresConfiguration
  let logger: Logger
  private var opened: PostgresConnection?
  private var attempt: (number: Int, task: Task<Void, Never>)?
  /// Callers who wait for a connection, by number.
  var waiting: [Int: CheckedContinuation<PostgresConnection, any Error>] = [:]
  private var lastNumber = 0

  /// How long a call may take that only reads or writes Sluice's own tables.
  static let callTime: Duration = .seconds(60)
  /// How long a call may take that looks at the target: plans, previews, definitions.
  static let probeTime: Duration = .seconds(900)

  /// Client that connects when it is first used.
  public init(configuration: PostgresConfiguration, logger: Logger = Logger(label: "sluice.client")) {
    self.configuration = configuration
    self.logger = logger
  }

  /// Closes the connection; the next call opens another.
  public func close() async {
    let opened = self.opened
    self.opened = nil
    arrived(.failure(PostgresError(.usage, "the client was closed before the connection was made")))
    await opened?.close()
  }

  /// Opens a connection for the body alone, so that no call of another task falls into its transactions, and closes it.
  ///
  /// Its search path is `pg_catalog`, so that nothing is called by accident: SQL of your own names its schemas.
  @discardableResult public nonisolated func withConnection<Value: Sendable>(
    _ body: (PostgresConnection) async throws -> Value
  ) async throws -> Value {
    do {
      return try await PostgresConnection.withPinnedConnection(configuration.named(byDefault: "sluice client")) {
        try await SchemaInstaller().judgeOwner(on: $0)
        return try await body($0)
      }
    } catch let error as PostgresError {
      throw SluiceError(error)
    }
  }

  /// Lends the client's own connection, opened where necessary, for calls of Sluice; those of other tasks come in between.
  ///
  /// An error that a schema of another version, or none, brings about is told as that.
  @discardableResult package nonisolated func withSharedConnection<Value: Sendable>(
    _ body: (PostgresConnection) async throws -> Value
  ) async throws -> Value {
    do {
      let connection = try await connection()
      do {
        return try await body(connection)
      } catch let error as PostgresError where error.mayBeAboutSchema {
        try await SchemaInstaller().requireCurrent(on: connection)
        throw error
      }
    } catch let error as PostgresError {
      throw SluiceError(error)
    } catch is CancellationError {
      throw SluiceError(PostgresError(.cancelled, "the task was cancelled"))
    }
  }

  /// Runs one statement.
  func query(
    _ sql: String, _ parameters: [PostgresParameter] = [], within time: Duration = callTime
  ) async throws -> PostgresResult {
    try await withSharedConnection { try await $0.query(sql, parameters, deadline: .now + time) }
  }

  /// Runs one statement and decodes its rows.
  func rows<Value: Decodable & Sendable>(
    _ sql: String, _ parameters: [PostgresParameter] = [], within time: Duration = callTime
  ) async throws -> [Value] {
    try await withSharedConnection { try await $0.query(sql, parameters, deadline: .now + time).decoded() }
  }

  /// The open connection, or the next one; callers who come meanwhile wait for the same.
  private func connection() async throws -> PostgresConnection {
    if let opened, await !opened.isClosed { return opened }
    lastNumber += 1
    let number = lastNumber
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        waiting[number] = continuation
        if attempt == nil { attempt = (number, Task { await self.open(number) }) }
      }
    } onCancel: {
      Task { await self.leave(number) }
    }
  }

  /// Makes one attempt, for all who wait.
  private func open(_ number: Int) async {
    do {
      let connection = try await PostgresConnection.connectPinned(configuration.named(byDefault: "sluice client"))
      do {
        try await SchemaInstaller().judgeOwner(on: connection)
      } catch {
        await connection.close()
        throw error
      }
      guard attempt?.number == number else { return await connection.close() }
      opened = connection
      arrived(.success(connection))
    } catch {
      if attempt?.number == number { arrived(.failure(error)) }
    }
  }

  /// Ends the attempt and answers all who wait.
  private func arrived(_ outcome: Result<PostgresConnection, any Error>) {
    attempt?.task.cancel()
    attempt = nil
    for continuation in waiting.values { continuation.resume(with: outcome) }
    waiting = [:]
  }

  /// Answers a caller who was cancelled, and gives the attempt up when no other waits for it.
  private func leave(_ number: Int) {
    guard let continuation = waiting.removeValue(forKey: number) else { return }
    continuation.resume(
      throwing: PostgresError(.cancelled, "the task was cancelled before the connection was made"))
    if waiting.isEmpty { arrived(.failure(CancellationError())) }
  }
}
