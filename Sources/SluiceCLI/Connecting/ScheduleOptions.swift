internal import ArgumentParser

/// When and how fast a migration is to run.
struct ScheduleOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Time until the deadline, such as '1 week'.", valueName: "interval"))
  var within: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("When the first batch may run, such as 'tomorrow 02:00'.", valueName: "time"))
  var starting: String?

  @Option(parsing: .unconditional, help: "How many batches may run side by side.")
  var workers: Int?

  @Option(help: ArgumentHelp("Name of a window during which it runs; may be repeated.", valueName: "window"))
  var during: [String] = []
}
