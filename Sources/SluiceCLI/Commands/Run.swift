internal import ArgumentParser
internal import Logging
internal import ServiceLifecycle
internal import Sluice
internal import UnixSignals

/// `sluice run`: the driver.
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the batches of what this role owns, until stopped.",
    discussion: """
      Log in as the owner of the migrations. SIGTERM and ctrl-C let the batches in hand end. It may be killed at any \
      moment, and several may run. With --until-idle it ends by itself: with 0 when each scheduled migration is \
      finished, with 2 when one cannot be. With --until-idle --immediately it also schedules what is defined and never \
      was scheduled: an upgrade across several releases, in the foreground, in the order of dependencies.
      """)
  @Option(
    name: [.customShort("d"), .long],
    help: ArgumentHelp("A database: conninfo, URL or name; may be repeated.", valueName: "conninfo"))
  var database: [String] = []
  @OptionGroup var output: OutputOptions

  @Flag(help: "Work off what is due or will become due, then end.")
  var untilIdle = false

  @Flag(help: "Pass over pauses and windows.")
  var immediately = false

  @Option(parsing: .unconditional, help: "Connections that run batches, for each database.")
  var workers = 1

  @Flag(inversion: .prefixedNo, help: "Be woken by NOTIFY; not through a pooler in transaction mode.")
  var listen = true

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How long a batch in hand may go on when stopped.", valueName: "seconds"))
  var grace: Double = 10

  @Option(
    help: "From which level on log lines are written: \(LogLevel.allCases.map(\.rawValue).joined(separator: ", ")).")
  var logLevel: LogLevel = .info

  @Option(help: "How log lines are written: text or json.")
  var logFormat: LogFormat?

  func validate() throws {
    if !(1...64).contains(workers) { throw ValidationError("--workers is a number from 1 to 64.") }
    if !(0...86_400).contains(grace) { throw ValidationError("--grace is a number of seconds.") }
  }

  func run() async throws {
    let console = output.console
    let format = logFormat ?? (console.isJSON ? .json : .text)
    var logger = Logger(label: "sluice") { _ in StandardErrorLog(format: format, logLevel: logLevel.level) }
    logger.logLevel = logLevel.level
    let isUpgrade = untilIdle && immediately
    let places = database.isEmpty ? [ConnectionOptions(nil)] : database.map { ConnectionOptions($0) }
    var services: [RunService] = []
    for place in places {
      let scheduled = try await Session.with(place, console, needs: [.schema, isUpgrade ? .writes : .primary]) {
        session in
        isUpgrade ? try await session.client.scheduleDefined(workers: workers) : []
      }
      services.append(
        RunService(
          driver: driver(place, logger, isOnly: places.count == 1), untilIdle: untilIdle, scheduled: scheduled))
    }
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: services.map {
          ServiceGroupConfiguration.ServiceConfiguration(
            service: $0, successTerminationBehavior: untilIdle ? .ignore : .gracefullyShutdownGroup,
            failureTerminationBehavior: .gracefullyShutdownGroup)
        },
        gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    try await group.run()
    if untilIdle { try await tell(places, services, console) }
  }

  private func driver(_ place: ConnectionOptions, _ logger: Logger, isOnly: Bool) -> SluiceDriver {
    var logger = logger
    let configuration = place.configuration(as: "sluice run")
    if !isOnly { logger[metadataKey: "sluice.database"] = "\(configuration)" }
    return SluiceDriver(
      configuration: configuration,
      options: DriverOptions(
        workers: workers, graceTime: .seconds(grace), immediately: immediately, listen: listen,
        whenUnavailable: .fail),
      logger: logger)
  }

  /// Tells what became of the migrations of each database, and ends with the status that says so.
  private func tell(_ places: [ConnectionOptions], _ services: [RunService], _ console: Console) async throws {
    var answers: [Answer] = []
    var elsewhere: [ForeignAnswer] = []
    for (place, service) in zip(places, services) {
      let database = places.count > 1 ? "\(place.configuration())" : nil
      let (outcomes, others) = try await look(at: place, service.outcomes, console)
      elsewhere += others.map { ForeignAnswer(database: database, migration: $0.migration, owner: $0.owner) }
      for (name, outcome) in outcomes.sorted(by: { $0.key < $1.key }) {
        answers.append(
          Answer(database: database, migration: name, outcome: outcome.kind.rawValue, reason: outcome.reason))
      }
    }
    for answer in answers {
      let isDone = answer.outcome == MigrationOutcome.Kind.finished.rawValue
      let reason = answer.reason.map { ": \(ServerText.told($0))" } ?? ""
      console.say("\(answer.migration, .bold)  \(answer.outcome, isDone ? .green : .red)\(isDone ? "" : reason)")
    }
    if answers.isEmpty { console.say(elsewhere.isEmpty ? "nothing is scheduled" : "nothing of this role is scheduled") }
    if !elsewhere.isEmpty {
      let others = elsewhere.map { ForeignMigration(migration: $0.migration, owner: $0.owner) }
      console.say("\(ForeignMigration.remark(on: others), .yellow)")
    }
    try console.emit(Document(outcomes: answers, elsewhere: elsewhere))
    let outcomes = Set(answers.map(\.outcome))
    if outcomes.contains(MigrationOutcome.Kind.interrupted.rawValue) { throw Ending(.interrupted) }
    if !outcomes.isSubset(of: [MigrationOutcome.Kind.finished.rawValue]) { throw Ending(.unfinished) }
  }

  /// Outcomes, with what is left of those that were interrupted, and what is scheduled that only other roles can run.
  ///
  /// A server that is gone after an interruption does not hide that there was one.
  private func look(
    at place: ConnectionOptions, _ outcomes: [String: MigrationOutcome], _ console: Console
  ) async throws -> ([String: MigrationOutcome], [ForeignMigration]) {
    let interrupted = outcomes.filter { $0.value.kind == .interrupted }.map(\.key)
    let patience = ContinuousClock.now + .seconds(3)
    while true {
      do {
        return try await Session.with(place, console, needs: [.schema]) { session in
          var outcomes = outcomes
          for name in interrupted {
            let progress = try await session.client.progress(of: name)
            let isDone = progress.state == "finished"
            outcomes[name] = MigrationOutcome(
              isDone ? .finished : .interrupted, reason: isDone ? nil : progress.remainder)
          }
          return (outcomes, try await session.client.scheduledElsewhere())
        }
      } catch let failure as Failure where failure.sqlState == "53300" && patience > .now {
        // the driver's last session may count still
        try await Task.sleep(for: .milliseconds(50))
      } catch  where !interrupted.isEmpty {
        return (outcomes, [])
      }
    }
  }

  /// What became of a migration, for programs.
  private struct Answer: Encodable {
    let database: String?
    let migration: String
    let outcome: String
    let reason: String?
  }

  /// A scheduled migration that only another role can run, for programs.
  private struct ForeignAnswer: Encodable {
    let database: String?
    let migration: String
    let owner: String
  }

  /// The whole answer, for programs.
  private struct Document: Encodable {
    let outcomes: [Answer]
    let elsewhere: [ForeignAnswer]
  }
}
