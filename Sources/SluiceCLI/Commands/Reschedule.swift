internal import ArgumentParser
internal import Sluice

/// `sluice reschedule NAME`.
struct Reschedule: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Change the schedule of a migration; what is left out stays as it is.")
  @OptionGroup var migration: MigrationOptions
  @OptionGroup var schedule: ScheduleOptions

  @Option(parsing: .unconditional, help: "From -100 to 100; higher goes first.")
  var priority: Int?

  @Flag(help: "Without windows from now on.")
  var anyTime = false

  @Flag(inversion: .prefixedNo, help: "Without pauses and windows.")
  var immediately: Bool?

  func validate() throws {
    if anyTime, !schedule.during.isEmpty { throw ValidationError("Give --during or --any-time, not both.") }
  }

  func run() async throws {
    let console = migration.output.console
    try await Session.with(migration.connection, console, needs: [.schema, .writes]) { session in
      try await session.client.reschedule(
        migration.name, within: try await session.duration(schedule.within, option: "--within"),
        starting: try await session.moment(schedule.starting, option: "--starting"), workers: schedule.workers,
        priority: priority, during: schedule.during.isEmpty && !anyTime ? nil : schedule.during,
        immediately: immediately)
      try await ScheduledPage.tell(nil, migration.name, session, console)
    }
  }
}
