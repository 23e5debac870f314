internal import ArgumentParser

/// `sluice define FILE...`.
struct Define: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Define the migrations of .sql files.",
    discussion: """
      A file holds one or more statements select sluice.define(...); psql --file runs the same file. Each file runs in a \
      transaction of its own: all of it or nothing. The same definition again changes nothing.
      """)
  @Argument(help: ArgumentHelp("Files of SQL; - for standard input.", valueName: "file"))
  var files: [String]
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let console = output.console
    let definitions = try files.map { try DefinitionFile($0) }
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
}
