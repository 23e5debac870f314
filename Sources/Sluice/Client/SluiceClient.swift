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
  private var opening: Task<PostgresConnection, any Error>?

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
    let opening = self.opening
    self.opening = nil
    if let connection = try? await opening?.value { await connection.close() }
  }

  /// Lends the client's connection, opened where necessary; calls of other tasks line up with those of the body.
  ///
  /// Its search path is `pg_catalog`, so that nothing is called by accident: SQL of your own names its schemas.
  public func withConnection<Value: Sendable>(
    _ body: (PostgresConnection) async throws -> Value
  ) async throws -> Value {
    do {
      return try await body(try await connection())
    } catch let error as PostgresError {
      throw SluiceError(error)
    }
  }

  /// Runs one statement.
  func query(
    _ sql: String, _ parameters: [PostgresParameter] = [], within time: Duration = callTime
  ) async throws -> PostgresResult {
    try await withConnection { try await $0.query(sql, parameters, deadline: .now + time) }
  }

  /// Runs one statement and decodes its rows.
  func rows<Value: Decodable & Sendable>(
    _ sql: String, _ parameters: [PostgresParameter] = [], within time: Duration = callTime
  ) async throws -> [Value] {
    try await withConnection { try await $0.query(sql, parameters, deadline: .now + time).decoded() }
  }

  private func connection() async throws -> PostgresConnection {
    if let opening, let connection = try? await opening.value, await !connection.isClosed { return connection }
    let fresh = Task { [configuration] in
      let connection = try await PostgresConnection.connectPinned(configuration)
      do {
        try await SchemaInstaller().judgeOwner(on: connection)
        return connection
      } catch {
        await connection.close()
        throw error
      }
    }
    opening = fresh
    return try await fresh.value
  }
}
