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
    /// The upkeep, because nothing is left for it to do.
    case upkeep
    /// The time for batches in hand.
    case grace
  }

  /// Runs workers and keeper until they are told to stop, or until nothing is left to do.
  ///
  /// - Parameters:
  ///   - isUntilIdle: whether to end when nothing is left to do.
  ///   - scheduled: migrations that count although they may have ended meanwhile.
  /// - Returns: what became of the migrations.
  /// - Throws: `SluiceError`, as `SluiceDriver.run` does.
  func serve(isUntilIdle: Bool, scheduled: [String] = []) async throws -> [String: MigrationOutcome] {
    let memory = KeeperMemory()
    let needed = ConnectionLimit.needed(workers: max(options.workers, 1))
    var isLimited = false
    var found = self
    try await checkServer { connection in
      try await memory.begin(
        with: scheduled, isUntilIdle: isUntilIdle, options, on: connection, deadline: .now + .seconds(30))
      found.logger = try await tellOfStart(isUntilIdle: isUntilIdle, on: connection)
      isLimited = try await tellOfLimit(found.logger, needed, on: connection)
      try await tellOfHandlers(on: connection)
      try await memory.warn(found.logger, on: connection, deadline: .now + .seconds(30))
    }
    let driver = found
    let bell = Doorbell()
    let stop = Doorbell()
    let halt = Doorbell()
    let last = Doorbell()
    let share = ConnectionShare(
      workers: max(options.workers, 1), needed: needed, hasTold: isLimited, bell: bell, logger: driver.logger)
    defer { driver.logger.info("driver ends") }
    let result = await withGracefulShutdownHandler {
      await withTaskGroup(of: Ending.self) { group in
        driver.start(isUntilIdle: isUntilIdle, memory, share, bell, stop, halt, last, in: &group)
        return await wait(for: &group, bell, stop, halt, last)
      }
    } onGracefulShutdown: {
      halt.ring()
      stop.ring()
      bell.ring()
    }
    return try result.get() ?? memory.interrupted
  }

  /// Runs while the database can be used, and tries again while it cannot.
  func serveWheneverPossible() async {
    let stop = Doorbell()
    let trouble = RepeatedTrouble(logger)
    var failures = 0
    await withGracefulShutdownHandler {
      while stop.rings == 0, !Task.isCancelled {
        let begun = ContinuousClock.now
        do {
          _ = try await serve(isUntilIdle: false)
          return
        } catch  where Task.isCancelled || stop.rings > 0 {
          return
        } catch {
          // what comes after it ran for a while is another trouble, which is told again
          if begun.duration(to: .now) > .seconds(60) {
            trouble.end()
            failures = 0
          }
          trouble.tell(.error, "cannot run migrations; tries again", error.logMetadata)
        }
        failures += 1
        let pause = min(Duration.milliseconds(250 << min(failures, 10)), .seconds(10))
        await stop.wait(after: 0, atMost: pause * Double.random(in: 0.5...1))
      }
    } onGracefulShutdown: {
      stop.ring()
    }
  }

  /// Says which database and role are served, and that nothing of the role is scheduled there, where that is so.
  ///
  /// - Returns: the log, each line of which names the database.
  private func tellOfStart(isUntilIdle: Bool, on connection: PostgresConnection) async throws -> Logger {
    let row = try await connection.query(
      """
      select current_database() as database, session_user as role,
        exists (
          select from sluice.progress p
          where p.owner = session_user and p.state in ('scheduled', 'running', 'verifying')) as has_work
      """, deadline: .now + .seconds(30)
    ).single()
    let (database, role) = (try row.get("database", as: String.self), try row.get("role", as: String.self))
    var logger = logger
    logger[metadataKey: "sluice.database"] = "\(database)"
    logger.info("driver starts", metadata: ["sluice.workers": "\(options.workers)", "sluice.role": "\(role)"])
    if try !isUntilIdle && !row.get("has_work") {
      logger.info("nothing of \(role) is scheduled in \(database); waits for that")
    }
    return logger
  }

  /// Warns when the role may have fewer connections than the driver needs.
  ///
  /// - Returns: whether it did.
  private func tellOfLimit(_ logger: Logger, _ needed: Int, on connection: PostgresConnection) async throws -> Bool {
    let limit = try await ConnectionLimit.lowest(on: connection)
    guard limit.allowed < needed else { return false }
    logger.warning(
      "\(needed) connections are needed, \(limit.subject) may have \(limit.allowed)",
      metadata: ["sluice.hint": "\(limit.advice(needed)) Workers come first meanwhile."])
    return true
  }

  /// Says which handlers are not used, and why.
  private func tellOfHandlers(on connection: PostgresConnection) async throws {
    for handler in handlers.values {
      guard let difference = try await handler.difference(on: connection) else { continue }
      logger.warning(
        "a handler is not used: the database has another definition of its migration",
        metadata: [
          "sluice.migration": "\(handler.definition.name)",
          "sluice.differs": "\(difference.differences.map(\.argument).joined(separator: ", "))",
        ])
    }
    for name in unhandled {
      logger.error(
        "a migration with a handler in code has a definition without Handler(), so its rows are changed by SQL",
        metadata: ["sluice.migration": "\(name)"])
    }
  }

  /// Refuses what no waiting mends, before anything is started; what is fit is lent to the body.
  private func checkServer(_ body: (PostgresConnection) async throws -> Void) async throws {
    do {
      try await PostgresConnection.withAwaitedConnection(configuration) { connection in
        if try await connection.isDirect(deadline: .now + .seconds(30)) {
          _ = try await connection.liftTimeLimits(deadline: .now + .seconds(30))
        } else {
          try await connection.requireTransactions(deadline: .now + .seconds(30))
        }
        try await installer.requireCurrent(on: connection)
        let row = try await connection.query("select pg_is_in_recovery()", deadline: .now + .seconds(30)).single()
        if try row.get(at: 0) {
          throw SluiceError(
            .standby, "cannot run migrations on a standby", sqlState: "SL013",
            hint: "Connect to the primary, for example with target_session_attrs=read-write.")
        }
        try await body(connection)
      }
    } catch let error as PostgresError {
      throw SluiceError(error)
    }
  }

  private func start(
    isUntilIdle: Bool, _ memory: KeeperMemory, _ share: ConnectionShare, _ bell: Doorbell, _ stop: Doorbell,
    _ halt: Doorbell, _ last: Doorbell, in group: inout TaskGroup<Ending>
  ) {
    let failpoint = Failpoint.fromEnvironment()
    for number in 1...max(options.workers, 1) {
      var logger = logger
      logger[metadataKey: "sluice.worker"] = "\(number)"
      let worker = Worker(
        number: number, configuration: named("sluice worker"), installer: installer, failpoint: failpoint,
        handlers: handlers, pollInterval: options.pollInterval, bell: bell, stop: stop, share: share,
        logger: logger)
      group.addTask { .worker(await worker.run()) }
    }
    let keeper = Keeper(
      configuration: named("sluice keeper"), installer: installer, options: options,
      handlers: Set(handlers.keys), isUntilIdle: isUntilIdle, bell: bell,
      logger: logger, memory: memory, share: share)
    group.addTask {
      do {
        return .keeper(try await keeper.run())
      } catch {
        return .refused(error as? SluiceError ?? SluiceError(.connection, "\(error)"))
      }
    }
    let upkeeper = Upkeeper(
      configuration: named("sluice upkeep"), installer: installer, options: options, bell: bell, halt: halt, last: last,
      share: share, logger: logger)
    group.addTask {
      await upkeeper.run()
      return .upkeep
    }
    group.addTask { [graceTime = options.graceTime] in
      await halt.wait(after: 0)
      try? await Task.sleep(for: graceTime)
      return .grace
    }
  }

  /// Waits for the workers and the upkeep.
  ///
  /// Tells them to stop when the keeper is done, and gives them up when the grace time is over.
  ///
  /// - Returns: what became of the migrations; nil where they have not all ended.
  private func wait(
    for group: inout TaskGroup<Ending>, _ bell: Doorbell, _ stop: Doorbell, _ halt: Doorbell, _ last: Doorbell
  ) async -> Result<[String: MigrationOutcome]?, SluiceError> {
    var workers = max(options.workers, 1)
    var outcomes: [String: MigrationOutcome]?
    var refusal: SluiceError?
    var isUpkeeping = true
    while workers > 0 || isUpkeeping, let ending = await group.next() {
      switch ending {
      case .worker(let error):
        workers -= 1
        refusal = refusal ?? error
      case .keeper(let found): outcomes = found
      case .refused(let error): refusal = refusal ?? error
      case .upkeep:
        isUpkeeping = false
        continue
      case .grace:
        group.cancelAll()
        continue
      }
      if refusal != nil { halt.ring() }
      last.ring()
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
