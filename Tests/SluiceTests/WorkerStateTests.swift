import Postgres
import SluiceSchema
import Testing

@testable import Sluice

/// Decisions of a worker, without a server.
@Suite("A worker")
struct WorkerStateTests {
  let lane = ClaimedLane(id: 7, version: 3, migration: "m")
  let lost = PostgresError(.connectionLost, "gone")

  private func state() -> WorkerState { WorkerState(pollInterval: .seconds(2)) }

  private func serverError(_ sqlState: String) -> PostgresError {
    var error = PostgresError(.server, "no")
    error.sqlState = sqlState
    return error
  }

  @Test("connects, claims, runs, and claims again")
  func batch() {
    var state = state()
    #expect("\(state.begin())" == "\(WorkerState.Action.connect(after: .zero))")
    #expect("\(state.decide(after: .connected))" == "claim")
    #expect("\(state.decide(after: .claimed(.lane(lane))))" == "\(WorkerState.Action.run(lane, thenClaim: true))")
    #expect("\(state.decide(after: .committed(BatchEnd(pause: .zero))))" == "claim")
  }

  @Test("claims in the same breath as it commits, where there are no pauses")
  func claimAhead() {
    var state = state()
    _ = state.decide(after: .claimed(.lane(lane)))
    let next = ClaimedLane(id: 8, version: 1, migration: "m")
    let ahead = BatchEnd(pause: .zero, next: .lane(next))
    let goingOn = WorkerState.Action.run(next, thenClaim: true)
    #expect("\(state.decide(after: .committed(ahead)))" == "\(goingOn)")
    _ = state.decide(after: .committed(BatchEnd(pause: .milliseconds(40))))
    let alone = WorkerState.Action.run(lane, thenClaim: false)
    #expect("\(state.decide(after: .claimed(.lane(lane))))" == "\(alone)")
    state.stop()
    guard case .end(nil) = state.decide(after: .committed(ahead)) else {
      Issue.record("expected the end, and with it that of the lane's lock")
      return
    }
  }

  @Test("rests for the pause behind a batch before it claims again, unless it is to stop")
  func pause() {
    var state = state()
    let short = BatchEnd(pause: .milliseconds(40))
    let long = BatchEnd(pause: .seconds(60))
    guard case .rest(.milliseconds(40), .zero) = state.decide(after: .committed(short)) else {
      Issue.record("expected a rest of 40 ms")
      return
    }
    guard case .rest(.seconds(2), .zero) = state.decide(after: .committed(long)) else {
      Issue.record("expected a rest of 2 s")
      return
    }
    state.stop()
    guard case .end(nil) = state.decide(after: .committed(long)) else {
      Issue.record("expected the end")
      return
    }
  }

  @Test("rests as long as the claim says, but never longer than its poll interval")
  func rest() {
    var state = state()
    guard case .rest(.milliseconds(300), .zero) = state.decide(after: .claimed(.wait(.milliseconds(300), reason: "")))
    else {
      Issue.record("expected a rest of 300 ms")
      return
    }
    guard case .rest(.seconds(2), .zero) = state.decide(after: .claimed(.wait(.seconds(60), reason: ""))) else {
      Issue.record("expected a rest of 2 s")
      return
    }
  }

  @Test("is never hot: claims in vain make it deaf to the bell for a while")
  func deaf() {
    var state = state()
    var last: WorkerState.Action?
    for _ in 1...20 { last = state.decide(after: .claimed(.wait(.zero, reason: ""))) }
    guard case .rest(.milliseconds(50), .milliseconds(50)) = last else {
      Issue.record("expected a rest of 50 ms, not \(String(describing: last))")
      return
    }
  }

  @Test("reports a failed batch on the same connection, and claims again")
  func report() {
    var state = state()
    guard
      case .report(let report) = state.decide(after: .batchFailed(serverError("23505"), of: lane, isConnected: true))
    else {
      Issue.record("expected a report")
      return
    }
    #expect(report.sqlState == "23505" && report.lane == lane)
    #expect("\(state.decide(after: .reported))" == "claim")
  }

  @Test("reports a batch whose connection broke on a new connection, before it claims")
  func lostConnection() {
    var state = state()
    guard case .connect(let pause) = state.decide(after: .batchFailed(lost, of: lane, isConnected: false)) else {
      Issue.record("expected to connect")
      return
    }
    #expect(pause > .zero && pause <= .milliseconds(100))
    guard case .connect(let longer) = state.decide(after: .connectFailed) else {
      Issue.record("expected to connect again")
      return
    }
    #expect(longer > pause)
    guard case .report(let report) = state.decide(after: .connected) else {
      Issue.record("expected a report")
      return
    }
    #expect(report.sqlState == "08006" && report.message == "gone")
  }

  @Test("keeps the server's own words about a lost connection")
  func farewell() {
    var killed = lost
    killed.sqlState = "57P01"
    #expect(FailureReport(lane, killed).sqlState == "57P01")
    #expect(FailureReport(lane, PostgresError(.timeout, "late")).sqlState == "57014")
  }

  @Test("does not report a lane that moved on")
  func movedOn() {
    var state = state()
    #expect("\(state.decide(after: .batchFailed(serverError("SL008"), of: lane, isConnected: true)))" == "claim")
  }

  @Test("looks at the schema when a claim fails as if there were none")
  func schemaGone() {
    var state = state()
    guard case .connect = state.decide(after: .claimFailed(serverError("42883"), isConnected: true)) else {
      Issue.record("expected to connect")
      return
    }
    guard case .rest = state.decide(after: .claimFailed(serverError("SL013"), isConnected: true)) else {
      Issue.record("expected a rest")
      return
    }
  }

  @Test("waits longer and longer while it cannot connect, up to 5 s")
  func backOff() {
    var state = state()
    var pauses: [Duration] = []
    for _ in 1...12 {
      if case .connect(let pause) = state.decide(after: .connectFailed) { pauses.append(pause) }
    }
    #expect(pauses.count == 12 && pauses == pauses.sorted() && pauses.last == .seconds(5))
  }

  @Test("that is told to stop finishes the batch in hand and ends")
  func stop() {
    var state = state()
    state.stop()
    #expect("\(state.decide(after: .claimed(.lane(lane))))" == "\(WorkerState.Action.run(lane, thenClaim: false))")
    guard case .end(nil) = state.decide(after: .committed(BatchEnd(pause: .zero))) else {
      Issue.record("expected the end")
      return
    }
  }

  @Test("that is told to stop still reports a failure, but not a batch that it cancelled itself")
  func stopAfterFailure() {
    var state = state()
    state.stop()
    guard case .report = state.decide(after: .batchFailed(serverError("23505"), of: lane, isConnected: true)) else {
      Issue.record("expected a report")
      return
    }
    guard case .end(nil) = state.decide(after: .reported) else {
      Issue.record("expected the end")
      return
    }
    guard
      case .end(nil) = state.decide(after: .batchFailed(PostgresError(.cancelled, "x"), of: lane, isConnected: true))
    else {
      Issue.record("expected the end")
      return
    }
  }

  @Test("gives up a report that is refused three times, but not one that could not be sent")
  func refusedReport() {
    var state = state()
    _ = state.decide(after: .batchFailed(serverError("23505"), of: lane, isConnected: true))
    for _ in 1...5 { _ = state.decide(after: .reportFailed(isConnected: false)) }
    guard case .report = state.decide(after: .connected) else {
      Issue.record("expected the report again")
      return
    }
    _ = state.decide(after: .reportFailed(isConnected: true))
    #expect("\(state.decide(after: .rested))" == "claim")
  }

  @Test("asks in another session, after ever longer pauses, while its own takes no writes")
  func readOnly() {
    var state = state()
    _ = state.decide(after: .connected)
    let first = state.decide(after: .claimed(.takesNoWrites))
    #expect("\(first)" == "\(WorkerState.Action.connect(after: .milliseconds(100)))")
    _ = state.decide(after: .connected)
    let second = state.decide(after: .claimFailed(serverError("25006"), isConnected: true))
    #expect("\(second)" == "\(WorkerState.Action.connect(after: .milliseconds(200)))")
    state.stop()
    guard case .end(nil) = state.decide(after: .claimed(.takesNoWrites)) else {
      Issue.record("expected the end")
      return
    }
  }
}
