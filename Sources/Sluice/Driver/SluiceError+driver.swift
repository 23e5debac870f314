internal import Postgres
internal import SluiceSchema

extension SluiceError.Code {
  /// Whether a driver that meets this must stop, because no waiting mends it.
  var endsDriver: Bool {
    [.schemaAbsent, .schemaOlder, .schemaNewer, .schemaForeign, .statementPooling].contains(self)
  }
}

extension PostgresConnection {
  /// Refuses a pooler that lets no transaction last.
  ///
  /// - Throws: `SluiceError` of code `statementPooling`; `PostgresError`.
  nonisolated func requireTransactions(deadline: ContinuousClock.Instant) async throws {
    if try await keepsTransactions(deadline: deadline) { return }
    throw SluiceError(
      .statementPooling, "cannot run migrations through a connection pooler in statement mode", sqlState: "08P01",
      detail: "A batch is a transaction of several statements; the pooler ends it at the first.",
      hint: "Set the pooler to transaction or session mode for this database, such as pool_mode = transaction of "
        + "PgBouncer, or connect to the server directly.")
  }
}
