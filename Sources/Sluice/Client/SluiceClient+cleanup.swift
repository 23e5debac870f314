internal import Postgres

extension SluiceClient {
  /// Finishes a migration now, proves it, and leaves nothing behind but its history.
  ///
  /// Works on a connection of its own, without a driver or beside one; cancelling the task stops it, and calling it
  /// again goes on from there. Statements of `on_finish` that cannot run inside a transaction, such as CREATE INDEX
  /// CONCURRENTLY, run as well.
  ///
  /// - Parameters:
  ///   - name: migration.
  ///   - timeout: how long it may take; nil for as long as it takes.
  /// - Throws: `SluiceError`: `timeIsOver`, `failed`, `wrongState`, or what a statement of `on_finish` raises.
  public func cleanup(_ name: String, timeout: Duration? = nil) async throws {
    let end = timeout.map { ContinuousClock.now + $0 }
    do {
      try await PostgresConnection.withConnection(configuration) { connection in
        while try await !cleanup(name, until: end, on: connection) {}
      }
    } catch let error as PostgresError {
      throw SluiceError(error)
    }
  }

  /// Calls the procedure; where it meets a statement that cannot run inside a transaction, runs that and returns false.
  private nonisolated func cleanup(
    _ name: String, until end: ContinuousClock.Instant?, on connection: PostgresConnection
  ) async throws -> Bool {
    let rest = end.map { max(ContinuousClock.now.duration(to: $0), .milliseconds(1)) }
    do {
      try await connection.query(
        "call sluice.cleanup($1, $2::interval)", [.text(name), rest.map { .interval($0) } ?? .null],
        deadline: end.map { $0 + .seconds(60) })
      return true
    } catch let error as PostgresError where error.sqlState == "SL023" {
      let next = try await connection.query("select * from sluice.next_on_finish($1)", [.text(name)]).single()
      try await connection.query(next.get("statement", as: String.self), deadline: end)
      try await connection.query(
        "select sluice.complete_on_finish($1, $2)", [.text(name), .integer(next.get("position", as: Int.self))])
      return false
    }
  }
}
