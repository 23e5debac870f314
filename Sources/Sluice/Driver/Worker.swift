internal import Logging
internal import Postgres
internal import SluiceSchema

/// One connection that runs batches: does what `WorkerState` decides.
struct Worker {
  let configuration: PostgresConfiguration
  let installer: SchemaInstaller
  let failpoint: Failpoint?
  let pollInterval: Duration
  /// Rings when there may be work.
  let bell: Doorbell
  /// Rings once, when it is time to stop.
  let stop: Doorbell
  let logger: Logger

  /// Runs batches until it is told to stop, the task is cancelled, or the schema is not what this driver knows.
  ///
  /// - Returns: what is wrong with the schema, if that is why.
  func run() async -> SluiceError? {
    var state = WorkerState(pollInterval: pollInterval)
    var session: BatchSession?
    var heard = bell.rings
    var action = state.begin()
    while true {
      if stop.rings > 0 || Task.isCancelled { state.stop() }
      switch action {
      case .connect(let pause): action = await connect(&session, after: pause, &state)
      case .claim:
        heard = bell.rings
        action = await claim(session, &state)
      case .run(let lane): action = await run(lane, session, &state)
      case .report(let report): action = await self.report(report, session, &state)
      case .rest(let time, let deaf):
        if deaf > .zero { await stop.wait(after: 0, atMost: deaf) }
        if time > deaf { await bell.wait(after: heard, atMost: time - deaf) }
        if stop.rings > 0 || Task.isCancelled { state.stop() }
        action = state.rested()
      case .end(let error):
        await session?.connection.close()
        return error
      }
    }
  }

  private func connect(
    _ session: inout BatchSession?, after pause: Duration, _ state: inout WorkerState
  ) async -> WorkerState.Action {
    await session?.connection.close()
    session = nil
    if pause > .zero { await stop.wait(after: 0, atMost: pause * Double.random(in: 0.5...1)) }
    do {
      session = try await BatchSession.open(configuration, installer: installer, failpoint: failpoint)
      return state.connected()
    } catch let error as SluiceError where error.code.isAboutSchema {
      return state.refused(error)
    } catch {
      logger.info("cannot connect", metadata: ["sluice.error": "\(error)"])
      return state.connectFailed()
    }
  }

  private func claim(_ session: BatchSession?, _ state: inout WorkerState) async -> WorkerState.Action {
    guard let session else { return state.connectFailed() }
    do {
      let answer = try await session.claim()
      if case .wait(let time, let reason) = answer {
        logger.trace("no batch is due", metadata: ["sluice.wait": "\(time)", "sluice.reason": "\(reason)"])
      }
      return state.claimed(answer)
    } catch let error as PostgresError {
      logger.info("could not claim", metadata: metadata(error))
      return state.claimFailed(error, isConnected: await session.settle())
    } catch let error as SluiceError {
      return state.refused(error)
    } catch {
      return state.claimFailed(PostgresError(.usage, "\(error)"), isConnected: await session.settle())
    }
  }

  private func run(
    _ lane: ClaimedLane, _ session: BatchSession?, _ state: inout WorkerState
  ) async -> WorkerState.Action {
    guard let session else { return state.connectFailed() }
    do {
      try await session.run(lane)
      logger.debug("batch done", metadata: metadata(lane))
      return state.committed()
    } catch {
      let error = error as? PostgresError ?? PostgresError(.usage, "\(error)")
      logger.info("batch failed", metadata: metadata(lane).merging(metadata(error)) { $1 })
      if stop.rings > 0 || Task.isCancelled { state.stop() }
      return state.batchFailed(error, of: lane, isConnected: await session.settle())
    }
  }

  private func report(
    _ report: FailureReport, _ session: BatchSession?, _ state: inout WorkerState
  ) async -> WorkerState.Action {
    guard let session else { return state.reportFailed(isConnected: false) }
    do {
      try await session.report(report)
      return state.reported()
    } catch {
      logger.info("could not record a failure", metadata: metadata(report.lane))
      return state.reportFailed(isConnected: await session.settle())
    }
  }

  private func metadata(_ lane: ClaimedLane) -> Logger.Metadata {
    ["sluice.migration": "\(lane.migration)", "sluice.lane": "\(lane.id)"]
  }

  private func metadata(_ error: PostgresError) -> Logger.Metadata {
    ["sluice.sqlstate": "\(error.sqlState ?? "")", "sluice.error": "\(error.message)"]
  }
}
