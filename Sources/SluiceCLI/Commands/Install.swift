internal import ArgumentParser
internal import Postgres
internal import Sluice

/// `sluice install`.
struct Install: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Install the schema sluice, or upgrade it.",
    discussion: "Needs CREATE on the database and no more. Safe at any time, also while migrations run.")
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let console = output.console
    try await Session.with(connection, console, needs: [.writes]) { session in
      let answer: Answer
      switch try await install(session) {
      case .none:
        answer = Answer(change: "none", version: "\(SchemaSource.embedded.version)", from: nil)
        console.say("Sluice \(answer.version) is installed already in database \(session.server.database)")
      case .installed(let version):
        answer = Answer(change: "installed", version: "\(version)", from: nil)
        console.say("installed Sluice \(version) in database \(session.server.database)")
      case .upgraded(let from, let to):
        answer = Answer(change: "upgraded", version: "\(to)", from: "\(from)")
        console.say("upgraded Sluice from \(from) to \(to) in database \(session.server.database)")
      }
      try console.emit(answer)
    }
  }

  /// Installs; a role that may not is told who can help.
  private func install(_ session: Session) async throws -> SchemaChange {
    do {
      return try await SchemaInstaller().install(on: session.connection)
    } catch let error as SluiceError where error.sqlState == "42501" && error.message.contains("for database") {
      var failure = Failure(error)
      let (database, role) = (session.server.database, session.server.role)
      failure.hint =
        "Let the owner of the database grant it: "
        + "grant create on database \(PostgresConnection.quote(database)) to \(PostgresConnection.quote(role));"
      throw failure
    }
  }

  /// For programs.
  private struct Answer: Encodable {
    let change: String
    let version: String
    let from: String?
  }
}
