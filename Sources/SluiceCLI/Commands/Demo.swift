internal import ArgumentParser

/// `sluice demo`.
struct Demo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "See a migration run in a throw-away server, which is removed afterwards.",
    discussion: "Needs PostgreSQL's programs and pgbench on this machine, about 2 minutes, and 1 GB of disk.")
  @OptionGroup var output: OutputOptions

  @Option(parsing: .unconditional, help: "Size of the table, in units of 100,000 rows.")
  var scale = 10

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Deadline of the migration, from when it is scheduled.", valueName: "seconds"))
  var deadline = 75

  @Option(help: ArgumentHelp("Directory of the server's programs.", valueName: "directory"))
  var bin: String?

  func validate() throws {
    if !(1...100).contains(scale) { throw ValidationError("--scale is a number from 1 to 100.") }
    if deadline < 1 { throw ValidationError("--deadline is a number of seconds.") }
  }

  func run() async throws {
    let children = DemoChildren()
    children.endWithThisProcess()
    do {
      let stage = try await DemoStage.open(output.console, children, programs: bin)
      try await play(on: stage)
    } catch {
      await children.yieldToTheEnd()
      throw error
    }
  }

  private func play(on stage: DemoStage) async throws {
    do {
      let report = try await DemoRun(stage: stage, scale: scale, deadline: deadline).run()
      await stage.close()
      output.console.say("\("removed the server and everything in it", .dim)")
      try output.console.emit(report)
      if !report.isProved { throw Failure(.failure, "the proof failed: see above") }
    } catch {
      await stage.children.yieldToTheEnd()
      await stage.close()
      throw error
    }
  }
}
