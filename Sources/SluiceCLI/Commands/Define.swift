internal import ArgumentParser

/// `sluice define FILE...`.
struct Define: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Define the migrations of .sql files.",
    discussion: """
      A file holds one or more statements select sluice.define(...); psql --file runs the same file. Each file runs in a \
      transaction of its own: all of it or nothing. The same definition again changes nothing. With --check all of it \
      is rolled back, and the command ends with 2 when a definition is missing or differs.
      """)
  @Argument(help: ArgumentHelp("Files of SQL; - for standard input.", valueName: "file"))
  var files: [String]
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "Define nothing; say which definitions are missing in the database, or differ.")
  var check = false

  func run() async throws {
    let console = output.console
    let definitions = try files.map { try DefinitionFile($0) }
    if check { return try await check(definitions, console) }
    try await Session.with(connection, console, needs: [.schema, .writes]) { session in
      var answers: [DefinitionFile.Answer] = []
      for file in definitions {
        for answer in try await file.run(session) {
          let verdict: Line = answer.isNew ? "\("defined", .green)" : "defined already, and the same"
          console.say("\(answer.name, .bold)  \(verdict)  \("\(answer.file):\(answer.line)", .dim)")
          answers.append(answer)
        }
      }
      try console.emit(["defined": answers])
    }
  }

  /// Says of each definition how it stands; ends with 2 unless all are defined, and the same.
  private func check(_ definitions: [DefinitionFile], _ console: Console) async throws {
    let verdicts = try await Session.with(connection, console, needs: [.schema, .writes]) { session in
      try await DefinitionFile.check(definitions, session)
    }
    for verdict in verdicts { console.say(verdict.lines) }
    try console.emit(["checked": verdicts])
    if verdicts.contains(where: { $0.verdict != .same }) { throw Ending(.unfinished) }
  }
}
