internal import Logging
internal import Postgres
internal import SluiceSchema

/// The driver's connection that runs no batches: hears notifications, keeps house, and looks whether work is left.
struct Keeper {
  let configuration: PostgresConfiguration
  let installer: SchemaInstaller
  let options: DriverOptions
  /// Names of the handlers that this driver has.
  let handlers: Set<String>
  /// Whether to return when nothing is left to do.
  let isUntilIdle: Bool
  /// Wakes the workers.
  let bell: Doorbell
  let logger: Logger
  /// What outlives its connections.
  let memory: KeeperMemory
  /// What it may connect by.
  let share: ConnectionShare

  /// Time between two rounds of housekeeping.
  private static let houseTime: Duration = .seconds(10)
  /// Shortest time between two looks for what is left.
  private static let lookTime: Duration = .milliseconds(100)
  /// Shortest time between two looks for what is to be logged.
  private static let newsTime: Duration = .seconds(1)
  /// Time between two uses of a worker's connection.
  private static let leaseTime: Duration = .milliseconds(500)
  /// How long a call may take.
  private static let callTime: Duration = .seconds(30)

  /// How a stretch of keeping ended.
  private enum Ending: Sendable {
    /// Nothing is left to do.
    case idle([String: MigrationOutcome])
    /// The session takes no writes; another one may.
    case takesNoWrites
    /// A worker has no connection, and needs this one more.
    case givesWay
    /// The connection broke, or the schema is not the expected one.
    case broken(any Error)
  }

  /// Keeps, on one connection after the other, until the task is cancelled or nothing is left to do.
  ///
  /// - Returns: what became of the migrations, when nothing is left; nil when cancelled.
  /// - Throws: `SluiceError` when the schema is not what this driver knows.
  func run() async throws -> [String: MigrationOutcome]? {
    var failures = 0
    var isCutOff = false
    let trouble = RepeatedTrouble(logger)
    await share.waitForWorkers()
    while !Task.isCancelled {
      do {
        guard share.mayConnect else {
          if let outcomes = try await keepOnLeases() { return outcomes }
          if share.isDeserted { return nil }
          continue
        }
        let outcomes = try await keep {
          failures = 0
          if isCutOff { logger.notice("the listening connection is back") }
          isCutOff = false
          trouble.end()
        }
        if let outcomes { return outcomes }
      } catch let error as SluiceError where error.code.endsDriver {
        throw error
      } catch  where error.isAboutConnections {
        share.refuse(error)
      } catch {
        failures += 1
        if !Task.isCancelled {
          trouble.tell(
            error.mayBeAboutSchema ? .debug : .warning,
            isCutOff ? "cannot get the listening connection back" : "lost the listening connection", error.logMetadata)
          isCutOff = isCutOff || !error.mayBeAboutSchema
        }
        let pause = min(Duration.milliseconds(50 << min(failures, 10)), .seconds(5))
        try? await Task.sleep(for: pause * Double.random(in: 0.5...1))
      }
    }
    return nil
  }

  /// Keeps on one connection, until it breaks or nothing is left to do.
  private func keep(_ opened: () -> Void) async throws -> [String: MigrationOutcome]? {
    let connection = try await PostgresConnection.connectPinned(configuration)
    do {
      try await installer.requireCurrent(on: connection)
      let notifications = try await listen(on: connection)
      try await memory.warnOfCopy(logger, on: connection, deadline: .now + Self.callTime)
      opened()
      // Whatever was notified before is to be found by looking.
      bell.ring()
      let ending = await withTaskGroup(of: Ending.self) { group in
        if let notifications { group.addTask { await hear(notifications) } }
        group.addTask { await keepHouse(on: connection) }
        group.addTask { await tell(on: connection) }
        if isUntilIdle || options.immediately { group.addTask { await survey(on: connection) } }
        group.addTask {
          await share.waitForShortage()
          return .givesWay
        }
        defer { group.cancelAll() }
        return await group.next()
      }
      if case .idle = ending { try await tellNews(on: connection) }
      await connection.close()
      switch ending {
      case .idle(let outcomes): return outcomes
      case .takesNoWrites, .givesWay: return nil
      case .broken(let error): throw error
      case nil: return nil
      }
    } catch {
      await connection.close()
      throw error
    }
  }

  /// Keeps on connections that workers lend, until it may ask for one of its own or nothing is left to do.
  private func keepOnLeases() async throws -> [String: MigrationOutcome]? {
    var survey = IdleSurvey(only: options.only, handlers: handlers, known: memory.with { $0.known })
    var nextHouse = ContinuousClock.now
    while !Task.isCancelled, !share.mayConnect, let lease = await share.borrow() {
      do {
        let connection = lease.connection
        defer { lease.giveBack() }
        if nextHouse <= .now, try await !memory.noteWrites(logger, on: connection, deadline: .now + Self.callTime) {
          try await connection.query("select sluice_internal.keep_house()", deadline: .now + Self.callTime)
          nextHouse = .now + Self.houseTime
        }
        let isOver = isUntilIdle || options.immediately ? try await look(&survey, on: connection) : false
        try await tellNews(on: connection)
        if isOver, isUntilIdle { return survey.outcomes }
      } catch {
        logger.debug("could not run maintenance", metadata: error.logMetadata)
      }
      try? await Task.sleep(for: Self.leaseTime)
    }
    return nil
  }

  /// Listens, where the connection is one that can be listened on.
  private func listen(on connection: PostgresConnection) async throws -> PostgresNotifications? {
    guard options.listen else { return nil }
    guard try await connection.liftTimeLimits(deadline: .now + Self.callTime) else {
      logger.info(
        "works by polling: behind a pooler in transaction mode there is no LISTEN",
        metadata: ["sluice.poll": "\(options.pollInterval)"])
      return nil
    }
    return try await connection.listen(to: "sluice", deadline: .now + Self.callTime)
  }

  /// Rings for each notification; what it says is a hint from anybody, so it is not read.
  private func hear(_ notifications: PostgresNotifications) async -> Ending {
    do {
      for try await _ in notifications { bell.ring() }
      return .broken(PostgresError(.connectionLost, "the connection was closed"))
    } catch {
      return .broken(error)
    }
  }

  private func keepHouse(on connection: PostgresConnection) async -> Ending {
    let trouble = RepeatedTrouble(logger)
    while true {
      do {
        if try await memory.noteWrites(logger, on: connection, deadline: .now + Self.callTime) {
          // a session keeps the setting that it began with
          try await Task.sleep(for: max(options.pollInterval, .milliseconds(200)))
          return .takesNoWrites
        }
        try await connection.query("select sluice_internal.keep_house()", deadline: .now + Self.callTime)
        trouble.end()
      } catch let error as PostgresError where error.code == .server {
        trouble.tell(error.mayBeAboutSchema ? .debug : .warning, "could not run maintenance", error.logMetadata)
      } catch {
        return .broken(error)
      }
      do { try await Task.sleep(for: Self.houseTime) } catch { return .broken(error) }
    }
  }

  /// Says which migrations start and end, whenever something happened.
  private func tell(on connection: PostgresConnection) async -> Ending {
    do {
      while true {
        let heard = bell.rings
        try await tellNews(on: connection)
        try await Task.sleep(for: Self.newsTime)
        await bell.wait(after: heard, atMost: Self.houseTime)
        try Task.checkCancellation()
      }
    } catch {
      return .broken(error)
    }
  }

  /// Says what changed since the last time.
  private func tellNews(on connection: PostgresConnection) async throws {
    let last = memory.with { $0.lastEvent }
    let changes = memory.news(
      of: try await connection.query(StateChange.query, [.integer(last)], deadline: .now + Self.callTime).decoded())
    var told: Set<String> = []
    for change in changes {
      // what went to and fro since the last look is told once
      guard let line = change.line, told.insert("\(line.text) \(change.name)").inserted else { continue }
      logger.log(level: line.level, line.text, metadata: change.metadata)
    }
    if changes.contains(where: \.isForeignSchedule) {
      try await memory.warn(logger, on: connection, deadline: .now + Self.callTime)
    }
  }

  /// Looks at all migrations, whenever something happened and about twice a second.
  private func survey(on connection: PostgresConnection) async -> Ending {
    var survey = IdleSurvey(only: options.only, handlers: handlers, known: memory.with { $0.known })
    do {
      while true {
        let heard = bell.rings
        if try await look(&survey, on: connection), isUntilIdle { return .idle(survey.outcomes) }
        try await Task.sleep(for: Self.lookTime)
        await bell.wait(after: heard, atMost: .milliseconds(400))
        try Task.checkCancellation()
      }
    } catch {
      return .broken(error)
    }
  }

  /// Takes one such look, and sets what runs immediately to do so; true when nothing is left to do.
  private func look(_ survey: inout IdleSurvey, on connection: PostgresConnection) async throws -> Bool {
    let rows = try await connection.query(OwnedMigration.query, deadline: .now + Self.callTime)
    let migrations: [OwnedMigration] = try rows.decoded()
    if options.immediately {
      for migration in migrations where survey.isWanted(migration) && migration.isRunnable {
        if memory.with({ $0.hurried.contains(migration.name) || $0.takesNoWrites }) { continue }
        try await connection.query(
          "select sluice.reschedule($1, immediately => true)", [.text(migration.name)],
          deadline: .now + Self.callTime)
        memory.with { _ = $0.hurried.insert(migration.name) }
      }
    }
    let isOver = survey.look(at: migrations)
    memory.with { [survey] in
      $0.known = survey.known
      $0.outcomes = survey.outcomes
    }
    return isOver
  }
}
