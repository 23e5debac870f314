internal import ArgumentParser
internal import Sluice

/// `sluice plan NAME`.
struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Measure, and say what a schedule would come to; changes nothing.",
    discussion: "Exits with 75 when the deadline cannot be met.")
  @OptionGroup var migration: MigrationOptions
  @OptionGroup var schedule: ScheduleOptions

  func run() async throws {
    let console = migration.output.console
    let plan = try await Session.with(migration.connection, console, needs: [.schema, .writes]) { session in
      try await session.client.plan(
        migration.name, within: try await session.duration(schedule.within, option: "--within"),
        workers: schedule.workers ?? 1, during: schedule.during,
        starting: try await session.moment(schedule.starting, option: "--starting"))
    }
    console.say(PlanPage(name: migration.name, plan: plan).lines(width: console.width))
    try console.emit(["plan": plan])
    if !plan.feasible { throw Ending(.notInTime) }
  }
}
