internal import Logging
internal import Postgres
internal import SluiceSchema

/// The driver's connection that vacuums, where only that gives space back to the walk: does what `UpkeepState` decides.
///
/// What is vacuumed, and when, is decided by `sluice_internal.next_vacuum` in the database, among all drivers.
struct Upkeeper {
  let configuration: PostgresConfiguration
  let installer: SchemaInstaller
  let options: DriverOptions
  /// Rings when something changed.
  let bell: Doorbell
  /// Rings once, when everything is to stop at once.
  let halt: Doorbell
  /// Rings once, when nothing else is left to do.
  let last: Doorbell
  /// What it may connect by.
  let share: ConnectionShare
  let logger: Logger

  /// A connection of its own, or a worker's.
  private struct Session {
    let connection: PostgresConnection
    var lease: ConnectionShare.Lease?

    /// Gives a worker's connection back, with the limits that it had; closes one of its own.
    func release() async {
      guard let lease else { return await connection.close() }
      if (try? await connection.restoreTimeLimits(deadline: .now + callTime)) == nil { await connection.close() }
      lease.giveBack()
    }
  }

  /// How a part of a vacuum ended.
  private enum Ending: Sendable {
    /// The statement ended.
    case statement(PostgresError?)
    /// It is not wanted any more, and why.
    case unwanted(String)
  }

  /// How long a call may take that does not vacuum.
  private static let callTime: Duration = .seconds(30)
  /// Time between two looks whether a vacuum is still wanted, when no notification arrives.
  private static let lookTime: Duration = .seconds(1)

  /// Vacuums what is due until it is told to stop or to come to an end, or the task is cancelled.
  func run() async {
    var state = UpkeepState(pollInterval: options.pollInterval)
    let trouble = RepeatedTrouble(logger)
    var session: Session?
    var action = state.begin()
    while true {
      let heard = bell.rings
      let event: UpkeepState.Event
      switch action {
      case .connect(let pause): event = await connect(&session, after: pause, trouble)
      case .ask: event = await ask(session?.connection, trouble)
      case .vacuum(let order): event = await vacuum(order, session?.connection)
      case .record(let order, let problem): event = await record(order, problem, session?.connection, trouble)
      case .rest(let time):
        if session?.lease != nil {
          await session?.release()
          session = nil
        }
        await rest(time, heard)
        if session == nil || share.isShort {
          event = await connect(&session, after: .zero, trouble)
        } else {
          event = .rested
        }
      case .end:
        await session?.release()
        return
      }
      if halt.rings > 0 || Task.isCancelled { state.stop() }
      if last.rings > 0 { state.finish() }
      action = state.decide(after: event)
    }
  }

  /// Rests; between uses of a worker's connection at least some time, as borrowing rings the bell.
  private func rest(_ time: Duration, _ heard: Int) async {
    if !share.mayConnect { await last.wait(after: 0, atMost: min(time, .milliseconds(500))) }
    await bell.wait(after: heard, atMost: time)
  }

  /// Opens a connection, or borrows one where the server gives the driver no more.
  ///
  /// When no worker is left, the connection of the last one may be ending still.
  private func open() async throws -> Session {
    await share.waitForWorkers()
    let patience = ContinuousClock.now + .seconds(5)
    while true {
      if !share.mayConnect, let lease = await share.borrow() {
        return Session(connection: lease.connection, lease: lease)
      }
      do {
        return Session(connection: try await PostgresConnection.connectPinned(configuration))
      } catch  where error.isAboutConnections {
        share.refuse(error)
        if halt.rings > 0 || Task.isCancelled || share.isDeserted && patience < .now { throw error }
        if share.isDeserted { try await Task.sleep(for: .milliseconds(50)) }
      }
    }
  }

  private func connect(
    _ session: inout Session?, after pause: Duration, _ trouble: RepeatedTrouble
  ) async -> UpkeepState.Event {
    await session?.release()
    session = nil
    guard options.listen else { return .unusable }
    if pause > .zero { await halt.wait(after: 0, atMost: pause * Double.random(in: 0.5...1)) }
    do {
      let found = try await open()
      session = found
      let opened = found.connection
      try await installer.requireCurrent(on: opened)
      guard try await opened.liftTimeLimits(deadline: .now + Self.callTime) else {
        logger.info("does not vacuum: behind a pooler in transaction mode no lock of the session lasts")
        return .unusable
      }
      return .connected
    } catch let error as SluiceError where error.code.endsDriver {
      return .unusable
    } catch {
      trouble.tell(error.mayBeAboutSchema ? .debug : .warning, "cannot connect for upkeep", error.logMetadata)
      return .connectFailed
    }
  }

  private func ask(_ connection: PostgresConnection?, _ trouble: RepeatedTrouble) async -> UpkeepState.Event {
    guard let connection else { return .failed(isConnected: false) }
    do {
      let isReadOnly = try await connection.query(
        "select current_setting('transaction_read_only')::boolean", deadline: .now + Self.callTime)
      if try isReadOnly.single().get(at: 0) { return .takesNoWrites }
      let row = try await connection.query(
        """
        select v.migration_id, v.migration, v.relation::oid::bigint as relation, v.statement, v.wait_seconds
        from sluice_internal.next_vacuum() as v
        """, deadline: .now + Self.callTime
      ).single()
      trouble.end()
      guard let statement = try row.get("statement", as: String?.self) else {
        return .answered(.wait(.seconds(try row.get("wait_seconds", as: Double.self))))
      }
      return .answered(
        .vacuum(
          VacuumOrder(
            migrationID: try row.get("migration_id"), migration: try row.get("migration"),
            relation: try row.get("relation"), statement: statement)))
    } catch {
      return await failed("could not ask what to vacuum", error, connection, trouble)
    }
  }

  /// Vacuums, and cancels that when it is not wanted any more.
  private func vacuum(_ order: VacuumOrder, _ connection: PostgresConnection?) async -> UpkeepState.Event {
    guard let connection else { return .failed(isConnected: false) }
    logger.debug("vacuums", metadata: metadata(order))
    let problem = await withTaskGroup(of: Ending.self) { group in
      group.addTask {
        do {
          try await connection.query(order.statement)
          return .statement(nil)
        } catch {
          return .statement(error as? PostgresError ?? PostgresError(.usage, "\(error)"))
        }
      }
      group.addTask { .unwanted(await whyUnwanted(order)) }
      var reason: String?
      while let ending = await group.next() {
        switch ending {
        case .unwanted(let why): reason = why
        case .statement(let error):
          group.cancelAll()
          return error.map { reason ?? $0.message }
        }
        group.cancelAll()
      }
      return reason
    }
    return .vacuumed(order, problem: problem, isConnected: await !connection.isClosed)
  }

  /// Waits until a vacuum is not wanted any more.
  private func whyUnwanted(_ order: VacuumOrder) async -> String {
    while true {
      let heard = bell.rings
      if halt.rings > 0 || Task.isCancelled { return "the driver was told to stop" }
      await bell.wait(after: heard, atMost: Self.lookTime)
      if halt.rings > 0 || Task.isCancelled { return "the driver was told to stop" }
      do {
        let isWanted = try await PostgresConnection.withPinnedConnection(configuration) { connection in
          try await connection.query(
            "select sluice_internal.is_vacuum_wanted($1)", [.integer(order.migrationID)], deadline: .now + Self.callTime
          ).single().get(at: 0, as: Bool.self)
        }
        if !isWanted { return "it was stopped, as the migration was" }
      } catch {
        logger.debug("could not look whether to go on vacuuming", metadata: error.logMetadata)
      }
    }
  }

  private func record(
    _ order: VacuumOrder, _ problem: String?, _ connection: PostgresConnection?, _ trouble: RepeatedTrouble
  ) async -> UpkeepState.Event {
    guard let connection else { return .failed(isConnected: false) }
    do {
      try await connection.query(
        "select sluice_internal.record_vacuum($1, $2::oid, $3)",
        [.integer(order.migrationID), .integer(order.relation), .text(problem)], deadline: .now + Self.callTime)
      return .recorded
    } catch {
      let isLost = await connection.isClosed
      let event = await failed("could not record a vacuum", error, connection, trouble)
      // The session's lock must not stay behind.
      await connection.close()
      return isLost ? event : .notRecorded
    }
  }

  private func failed(
    _ what: Logger.Message, _ error: any Error, _ connection: PostgresConnection, _ trouble: RepeatedTrouble
  ) async -> UpkeepState.Event {
    if error.isAboutReadOnly { return .takesNoWrites }
    trouble.tell(error.mayBeAboutSchema ? .debug : .warning, what, error.logMetadata)
    return .failed(isConnected: await !connection.isClosed)
  }

  private func metadata(_ order: VacuumOrder) -> Logger.Metadata {
    ["sluice.migration": "\(order.migration)", "sluice.statement": "\(order.statement)"]
  }
}
