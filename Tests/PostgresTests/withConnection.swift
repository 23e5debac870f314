import Postgres
import SluiceTesting

/// Connection to the server of the environment, closed after the body.
@discardableResult func withConnection<Value: Sendable>(
  _ configuration: PostgresConfiguration = .environment, _ body: (PostgresConnection) async throws -> Value
) async throws -> Value {
  try await PostgresConnection.withConnection(configuration, deadline: .now + .seconds(20), body)
}

/// The `PostgresError` that the body throws.
///
/// - Throws: `TestingError` when it throws nothing or something else.
func failure(_ body: () async throws -> Void) async throws -> PostgresError {
  do {
    try await body()
  } catch let error as PostgresError {
    return error
  }
  throw TestingError("expected a PostgresError")
}

/// Waits until a backend is in a state, such as `active`, or is gone, for nil.
func waitForBackend(_ processID: Int32, toBe state: String?, seenBy observer: PostgresConnection) async throws {
  try await waitUntil("backend \(processID) is \(state ?? "gone")") {
    let rows = try await observer.query(
      "select state from pg_stat_activity where pid = $1 and ($2::text is null or state = $2)",
      [.integer(processID), .text(state)])
    return rows.isEmpty == (state == nil)
  }
}
