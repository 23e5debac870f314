internal import Postgres

extension SluiceClient {
  /// How all migrations get on, by name.
  public func progress() async throws -> [Progress] {
    try await rows("select \(Progress.columns) from sluice.progress order by name")
  }

  /// How one migration gets on; throws `unknownMigration` when there is none of that name.
  public func progress(of name: String) async throws -> Progress {
    let found: [Progress] = try await rows("select \(Progress.columns) from sluice.progress($1)", [.text(name)])
    guard let progress = found.first else { throw SluiceError(.unreadable, "the server gave no progress") }
    return progress
  }

  /// Ranges of a migration.
  public func lanes(of name: String) async throws -> [Lane] {
    try await rows("select \(Lane.columns) from sluice.lanes where name = $1 order by lane_id", [.text(name)])
  }

  /// What needs a person, or keeps a migration waiting.
  public func stuck() async throws -> [StuckItem] {
    try await rows("select \(StuckItem.columns) from sluice.stuck order by name, problem")
  }

  /// What happened, oldest first.
  ///
  /// - Parameters:
  ///   - id: number of the last event that is known already.
  ///   - name: migration; nil for all.
  ///   - limit: how many at most; the newest.
  /// - Returns: events with their numbers, for the next call.
  /// - Throws: `SluiceError`.
  public func events(after id: Int = 0, of name: String? = nil, limit: Int = 1000) async throws -> [Event] {
    try await rows(
      """
      select * from (
        select \(Event.columns) from sluice.events
        where event_id > $1 and ($2::text is null or name = $2)
        order by event_id desc limit $3) as newest
      order by event_id
      """, [.integer(id), .text(name), .integer(limit)])
  }

  /// Whether the run ended: no row was pending in its proof, or a user accepted what remains.
  public func isFinished(_ name: String) async throws -> Bool {
    try await withSharedConnection { connection in
      try await connection.query("select sluice.finished($1)", [.text(name)], deadline: .now + Self.callTime)
        .single().get(at: 0)
    }
  }

  /// Throws `notFinished`, with what remains and what to do, unless the migration is finished.
  public func assertFinished(_ name: String) async throws {
    _ = try await query("select sluice.assert_finished($1)", [.text(name)])
  }
}
