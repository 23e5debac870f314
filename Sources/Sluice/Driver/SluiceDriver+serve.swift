internal import Logging
internal import Postgres
internal import ServiceLifecycle
internal import SluiceSchema

extension SluiceDriver {
  /// How a part of the driver ended.
  private enum Ending: Sendable {
    /// A worker, and what is wrong with the schema if that is why.
    case worker(SluiceError?)
    /// The keeper, and what became of the migrations.
    case keeper([String: MigrationOutcome]?)
    /// The keeper, because of the schema.
    case refused(SluiceError)
    /// The time for batches in hand.
    case grace
  }

  /// Runs workers and keeper until they are told to stop, or until nothing is left to do.
  func serve(isUntilIdle: Bool) async throws -> [String: MigrationOutcome] {
    try await checkServer()
    let bell = Doorbell()
    let stop = Doorbell()
    logger.info("driver starts", metadata: ["sluice.workers": "\(options.workers)"])
    defer { logger.info("driver ends") }
    let result = await withGracefulShutdownHandler {
      await withTaskGroup(of: Ending.self) { group in
        start(isUntilIdle: isUntilIdle, bell, stop, in: &group)
        return await wait(for: &group, bell, stop)
      }
    } onGracefulShutdown: {
      stop.ring()
      bell.ring()
    }
    return try result.get()
  }

  /// Refuses what no waiting mends, before anything is started.
  private func checkServer() async throws {
    do {
      try await PostgresConnection.withConnection(configuration) { connection in
        try await installer.requireCurrent(on: connection)
        let row = try await connection.query("select pg_is_in_recovery()", deadline: .now + .seconds(30)).single()
        if try row.get(at: 0) {
          throw SluiceError(
            .standby, "cannot run migrations on a standby", sqlState: "SL013",
            hint: "Connect to the primary, for example with target_session_attrs=read-write.")
        }
      }
    } catch let error as PostgresError {
      throw SluiceError(error)
    }
  }

  private func start(
    isUntilIdle: Bool, _ bell: Doorbell, _ stop: Doorbell, in group: inout TaskGroup<Ending>
  ) {
    let failpoint = Failpoint.fromEnvironment()
    for number in 1...max(options.workers, 1) {
      var logger = logger
      logger[metadataKey: "sluice.worker"] = "\(number)"
      let worker = Worker(
        configuration: named("sluice worker"), installer: installer, failpoint: failpoint,
        pollInterval: options.pollInterval, bell: bell, stop: stop, logger: logger)
      group.addTask { .worker(await worker.run()) }
    }
    let keeper = Keeper(
      configuration: named("sluice keeper"), installer: installer, options: options, isUntilIdle: isUntilIdle,
      bell: bell,
      logger: logger)
    group.addTask {
      do {
        return .keeper(try await keeper.run())
      } catch {
        return .refused(error as? SluiceError ?? SluiceError(.connection, "\(error)"))
      }
    }
    group.addTask { [graceTime = options.graceTime] in
      await stop.wait(after: 0)
      try? await Task.sleep(for: graceTime)
      return .grace
    }
  }

  /// Waits for the workers; tells them to stop when the keeper is done, and gives them up when the grace time is over.
  private func wait(
    for group: inout TaskGroup<Ending>, _ bell: Doorbell, _ stop: Doorbell
  ) async -> Result<[String: MigrationOutcome], SluiceError> {
    var workers = max(options.workers, 1)
    var outcomes: [String: MigrationOutcome] = [:]
    var refusal: SluiceError?
    while workers > 0, let ending = await group.next() {
      switch ending {
      case .worker(let error):
        workers -= 1
        refusal = refusal ?? error
      case .keeper(let found): outcomes = found ?? [:]
      case .refused(let error): refusal = refusal ?? error
      case .grace:
        group.cancelAll()
        continue
      }
      stop.ring()
      bell.ring()
    }
    group.cancelAll()
    return refusal.map { .failure($0) } ?? .success(outcomes)
  }

  private func named(_ name: String) -> PostgresConfiguration {
    var copy = configuration
    copy.applicationName = name
    return copy
  }
}
