internal import Postgres
internal import SluiceSchema

extension SluiceClient {
  /// Runs all batches of a migration now, those of its handler included, until it is finished and verified.
  ///
  /// - Throws: `SluiceError` as cleanup does; `PostgresError`.
  nonisolated func finish(
    _ name: String, with handlers: [any HandlerMigration.Type], until end: ContinuousClock.Instant?
  ) async throws {
    let session = try await BatchSession.open(
      configuration, installer: SchemaInstaller(), failpoint: nil, handlers: RegisteredHandler.byName(handlers))
    do {
      try await finish(name, on: session, until: end)
      await session.connection.close()
    } catch {
      await session.connection.close()
      throw error
    }
  }

  private nonisolated func finish(
    _ name: String, on session: BatchSession, until end: ContinuousClock.Instant?
  ) async throws {
    let begun = ContinuousClock.now
    let timeout: PostgresParameter = end.map { .interval(begun.duration(to: $0)) } ?? .null
    try await session.connection.query("select sluice.begin_cleanup($1)", [.text(name)], deadline: end)
    while true {
      let left: PostgresParameter = end.map { .interval(ContinuousClock.now.duration(to: $0)) } ?? .null
      let check = try await session.connection.query(
        "select sluice.check_cleanup($1, $2::interval, clock_timestamp() + $3::interval)",
        [.text(name), timeout, left])
      if try check.single().get(at: 0) { return }
      switch try await session.claim(only: name) {
      case .wait(let time, _): try await Task.sleep(for: min(time, .milliseconds(50)))
      case .lane(let lane):
        do {
          try await session.run(lane)
        } catch let error as PostgresError where error.code != .cancelled {
          guard await session.settle() else { throw error }
          try await session.report(FailureReport(lane, error))
        }
      }
    }
  }
}
