internal import Logging
public import Postgres

extension SluiceClient {
  /// Defines a migration; the same definition again is a no-op.
  ///
  /// - Returns: what the server noticed about it: an indexed column that changes, rows that may stay pending.
  @discardableResult public func define(_ definition: Definition) async throws -> [PostgresNotice] {
    let notices = try await query(definition.call, within: Self.probeTime).notices
    for notice in notices {
      logger.log(
        level: notice.hint == nil ? .debug : .info, "\(notice.message)",
        metadata: ["sluice.migration": "\(definition.name)", "sluice.hint": "\(notice.hint ?? "")"])
    }
    return notices
  }

  /// Compares a definition with the one of that name in the database; defines nothing.
  public func compare(_ definition: Definition) async throws -> DefinitionComparison {
    try await withSharedConnection { try await definition.compare(on: $0, deadline: .now + Self.callTime) }
  }

  /// Runs a call that looks names up, under the search path of the role and the database.
  private func query(_ call: PostgresStatement, within time: Duration) async throws -> PostgresResult {
    try await withSharedConnection { try await $0.pipeline([Definition.ownPath, call], deadline: .now + time)[1] }
  }

  /// What each migration was defined to do, by name.
  public func definitions() async throws -> [DefinedMigration] {
    try await rows("select \(DefinedMigration.columns) from sluice.definitions order by name")
  }

  /// What each migration of the session's role was defined to do, by name.
  func ownDefinitions() async throws -> [DefinedMigration] {
    try await rows(
      "select \(DefinedMigration.columns) from sluice.definitions where owner = session_user order by name")
  }

  /// Removes a migration that does not run, with its history.
  public func forget(_ name: String) async throws {
    _ = try await query("select sluice.forget($1)", [.text(name)])
  }

  /// Lets a restored or copied database run the migrations that it was restored with.
  public func adopt() async throws {
    _ = try await query("select sluice.adopt()")
  }
}
