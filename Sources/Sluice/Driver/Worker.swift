internal import Logging
internal import Postgres
internal import SluiceSchema

/// One connection that runs batches: does what `WorkerState` decides.
struct Worker {
  /// From 1.
  let number: Int
  let configuration: PostgresConfiguration
  let installer: SchemaInstaller
  let failpoint: Failpoint?
  let handlers: [String: RegisteredHandler]
  let pollInterval: Duration
  /// Rings when there may be work.
  let bell: Doorbell
  /// Rings once, when it is time to stop.
  let stop: Doorbell
  /// Whom it lends its connection to.
  let share: ConnectionShare
  let logger: Logger

  /// Runs batches until it is told to stop, the task is cancelled, or the schema is not what this driver knows.
  ///
  /// - Returns: what is wrong with the schema, if that is why.
  func run() async -> SluiceError? {
    var state = WorkerState(pollInterval: pollInterval)
    let trouble = RepeatedTrouble(logger)
    var session: BatchSession?
    var heard = bell.rings
    var action = state.begin()
    var isCutOff = false
    var begun = ContinuousClock.now
    var lasted = Duration.zero
    while true {
      let event: WorkerState.Event
      switch action {
      case .connect(let pause): event = await connect(&session, after: pause, trouble)
      case .claim:
        if let session { await share.lend(session.connection) }
        heard = bell.rings
        event = await claim(session, trouble)
      case .run(let lane, let thenClaim):
        if thenClaim { heard = bell.rings }
        begun = .now
        event = await run(lane, thenClaim: thenClaim && !share.hasBorrower, session)
        lasted = begun.duration(to: .now)
      case .report(let failure): event = await report(failure, lasted, session)
      case .rest(let time, let deaf):
        if deaf > .zero { await stop.wait(after: 0, atMost: deaf) }
        if time > deaf { await bell.wait(after: heard, atMost: time - deaf) }
        event = .rested
      case .end(let error):
        await session?.connection.close()
        share.end(number)
        return error
      }
      if event.tellsOfLostConnection {
        isCutOff = true
      } else if case .claimed = event {
        if isCutOff { logger.info("connected again") }
        isCutOff = false
        trouble.end()
      }
      if stop.rings > 0 || Task.isCancelled { state.stop() }
      action = state.decide(after: event)
    }
  }

  private func connect(
    _ session: inout BatchSession?, after pause: Duration, _ trouble: RepeatedTrouble
  ) async -> WorkerState.Event {
    await session?.connection.close()
    session = nil
    if pause > .zero { await stop.wait(after: 0, atMost: pause * Double.random(in: 0.5...1)) }
    do {
      session = try await BatchSession.open(
        configuration, installer: installer, failpoint: failpoint, handlers: handlers)
      share.settle(number)
      return .connected
    } catch let error as SluiceError where error.code.endsDriver {
      return .refused(error)
    } catch {
      if error.isAboutConnections { share.refuse(error, worker: number) } else { share.settle(number) }
      trouble.tell(.warning, "cannot connect", error.logMetadata)
      return .connectFailed
    }
  }

  private func claim(_ session: BatchSession?, _ trouble: RepeatedTrouble) async -> WorkerState.Event {
    guard let session else { return .connectFailed }
    do {
      let answer = try await session.claim()
      if case .wait(let time, let reason) = answer {
        logger.trace("no batch is due", metadata: ["sluice.wait": "\(time)", "sluice.reason": "\(reason)"])
      }
      return .claimed(answer)
    } catch let error as PostgresError {
      // the keeper says so when the database takes no writes
      let isTold = error.mayBeAboutSchema || error.isAboutReadOnly
      trouble.tell(isTold ? .debug : .info, "could not claim", error.logMetadata)
      return .claimFailed(error, isConnected: await session.settle())
    } catch let error as SluiceError {
      return .refused(error)
    } catch {
      return .claimFailed(PostgresError(.usage, "\(error)"), isConnected: await session.settle())
    }
  }

  private func run(_ lane: ClaimedLane, thenClaim: Bool, _ session: BatchSession?) async -> WorkerState.Event {
    guard let session else { return .connectFailed }
    do {
      let end = try await session.run(lane, thenClaim: thenClaim)
      logger.debug("batch done", metadata: metadata(lane))
      return .committed(end)
    } catch let error as SluiceError where error.code.endsDriver {
      return .refused(error)
    } catch {
      let error = error as? PostgresError ?? PostgresError(.usage, "\(error)")
      if error.code == .cancelled, Task.isCancelled {
        logger.debug("batch given back", metadata: metadata(lane))
        return .batchFailed(error, of: lane, isConnected: await session.settle())
      }
      logger.log(
        level: Self.isAboutRow(error) ? .debug : .info, "batch failed",
        metadata: metadata(lane).merging(error.logMetadata) { $1 })
      return .batchFailed(error, of: lane, isConnected: await session.settle())
    }
  }

  private func report(
    _ report: FailureReport, _ lasted: Duration, _ session: BatchSession?
  ) async -> WorkerState.Event {
    guard let session else { return .reportFailed(isConnected: false) }
    do {
      try await session.report(report, lasted: lasted)
      return .reported
    } catch {
      logger.warning("could not record a failure", metadata: metadata(report.lane).merging(error.logMetadata) { $1 })
      return .reportFailed(isConnected: await session.settle())
    }
  }

  /// Whether an error speaks of a row, which halving finds within some ten batches and puts aside, with an event.
  private static func isAboutRow(_ error: PostgresError) -> Bool {
    ["22", "23", "P0"].contains(error.sqlState?.prefix(2))
  }

  private func metadata(_ lane: ClaimedLane) -> Logger.Metadata {
    ["sluice.migration": "\(lane.migration)", "sluice.lane": "\(lane.id)"]
  }
}
