internal import ArgumentParser
internal import Sluice

/// `sluice schedule NAME`.
struct Schedule: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Schedule a migration; refuse a deadline that cannot be met.",
    discussion: "Exits with 75 when the deadline cannot be met; the hint has one that can.")
  @OptionGroup var migration: MigrationOptions
  @OptionGroup var schedule: ScheduleOptions

  @Option(parsing: .unconditional, help: "From -100 to 100; higher goes first.")
  var priority: Int?

  @Flag(help: "Without pauses and windows.")
  var immediately = false

  func run() async throws {
    let console = migration.output.console
    try await Session.with(migration.connection, console, needs: [.schema, .writes]) { session in
      let plan = try await session.client.schedule(
        migration.name, within: try await session.duration(schedule.within, option: "--within"),
        starting: try await session.moment(schedule.starting, option: "--starting"), workers: schedule.workers ?? 1,
        priority: priority ?? 0, during: schedule.during, immediately: immediately)
      try await ScheduledPage.tell(plan, migration.name, session, console)
    }
  }
}
