internal import Postgres
internal import Sluice

/// A connection for one command, to a server that was found fit for it.
struct Session {
  /// Sluice, as calls.
  let client: SluiceClient
  /// The client's connection, for what is no call of Sluice.
  let connection: PostgresConnection
  /// What is known of the server.
  let server: Server
  /// Remarks of the server so far.
  let notes: NoteCollector

  /// Opens a session, lends it to the body, and closes it.
  ///
  /// - Parameters:
  ///   - options: where.
  ///   - console: where remarks of the server are printed.
  ///   - needs: what the command needs of the server.
  ///   - name: name of the session in `pg_stat_activity`.
  ///   - isChecked: whether a server that is not fit is refused.
  ///   - body: what is done with it.
  /// - Returns: what the body returns.
  /// - Throws: `Failure` when there is no server, or not one that the command can work with.
  @discardableResult static func with<Value: Sendable>(
    _ options: ConnectionOptions, _ console: Console, needs: Set<Server.Need>, as name: String = "sluice",
    isChecked: Bool = true, _ body: (Session) async throws -> Value
  ) async throws -> Value {
    let notes = NoteCollector(console)
    var configuration = options.configuration(as: name)
    configuration.onNotice = { notes.take($0) }
    let client = SluiceClient(configuration: configuration)
    var role: String?
    do {
      let connection = try await client.withSharedConnection { $0 }
      let server = try await Server.look(at: connection)
      role = server.role
      if isChecked {
        try server.require(needs)
        if needs.contains(.schema) { try await SchemaInstaller().requireCurrent(on: connection) }
      }
      let session = Session(client: client, connection: connection, server: server, notes: notes)
      let value = try await body(session)
      await client.close()
      return value
    } catch {
      let failure = await needs.contains(.schema) ? aboutSchema(Failure(error), client) : Failure(error)
      await client.close()
      throw role.map { failure.namingGrant(to: $0) } ?? failure
    }
  }

  /// The failure, or what is wrong with the schema, which looks like unknown names when it was removed in the meantime.
  private static func aboutSchema(_ failure: Failure, _ client: SluiceClient) async -> Failure {
    guard ["3F000", "42P01", "42883", "42703"].contains(failure.sqlState) else { return failure }
    do {
      try await client.withSharedConnection { try await SchemaInstaller().requireCurrent(on: $0) }
      return failure
    } catch {
      let other = Failure(error)
      return other.status == .schemaMismatch ? other : failure
    }
  }
}
