internal import Postgres
internal import SluiceSchema

extension SluiceClient {
  /// Finishes a migration now, proves it, and leaves nothing behind but its history.
  ///
  /// Works on a connection of its own, without a driver or beside one; cancelling the task stops it, and calling it
  /// again goes on from there. Statements of `on_finish` that cannot run inside a transaction, such as CREATE INDEX
  /// CONCURRENTLY, run as well; an invalid index that a crash left behind is dropped and built anew.
  ///
  /// - Parameters:
  ///   - name: migration.
  ///   - timeout: how long it may take; nil for as long as it takes.
  ///   - handlers: where its rows go to application code, the migration that has it.
  /// - Throws: `SluiceError`: `timeIsOver`, `failed`, `wrongState`, `handlerNeeded`, or what a statement of `on_finish` raises.
  public func cleanup(
    _ name: String, timeout: Duration? = nil, handlers: [any HandlerMigration.Type] = []
  ) async throws {
    let end = timeout.map { ContinuousClock.now + $0 }
    let configuration = configuration.named(byDefault: "sluice cleanup \(name)")
    do {
      if !handlers.isEmpty { try await finish(name, with: handlers, until: end) }
      try await PostgresConnection.withPinnedConnection(configuration) { connection in
        try await SchemaInstaller().judgeOwner(on: connection)
        _ = try await connection.liftTimeLimits(deadline: .now + Self.callTime)
        let cleanup = CleanupSession(name: name, end: end, connection: connection, configuration: configuration)
        while try await !cleanup.proceed() {}
      }
    } catch let error as PostgresError {
      throw SluiceError(error)
    } catch is CancellationError {
      throw SluiceError(PostgresError(.cancelled, "the cleanup was cancelled"))
    }
  }
}
