internal import Postgres
internal import Sluice

/// Looks at server, rights, settings and migrations, and says what is wrong with them.
struct Doctor {
  /// Sluice, as calls.
  let client: SluiceClient
  /// Session that asks.
  let connection: PostgresConnection
  /// What is known of the server already.
  let server: Server

  /// One check: what it looks at, and the look.
  typealias Check = (name: String, look: () async throws -> Finding)

  /// Runs all checks, in order; one that fails to look says so and the rest go on.
  ///
  /// What cannot be looked at is not known to work.
  func findings() async -> [Finding] {
    var findings: [Finding] = []
    let looksInside = await mayLookInside()
    for check in serverChecks + (looksInside ? schemaChecks : []) + activityChecks {
      findings.append(await run(check))
    }
    if looksInside { findings += await migrationFindings() }
    return findings
  }

  /// Whether the schema may be used, and its owner trusted.
  func mayLookInside() async -> Bool {
    guard server.hasSchema, server.mayEnterSchema else { return false }
    do {
      _ = try await SchemaInstaller().status(on: connection)
      return true
    } catch {
      return false
    }
  }

  private func run(_ check: Check) async -> Finding {
    do {
      return try await check.look()
    } catch {
      let failure = Failure(error)
      return .unseen(check.name, failure)
    }
  }

  /// The only row of a query.
  func row(_ sql: String, _ parameters: [PostgresParameter] = []) async throws -> PostgresRow {
    try await connection.query(sql, parameters, deadline: .now + .seconds(10)).single()
  }
}
