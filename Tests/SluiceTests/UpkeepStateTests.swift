import Testing

@testable import Sluice

/// Decisions of a driver's upkeep connection, without a server.
@Suite("The upkeep of a driver")
struct UpkeepStateTests {
  private let order = VacuumOrder(migrationID: 1, migration: "a", relation: 2, statement: "vacuum t")

  @Test("asks, vacuums, records and asks again")
  func ordinary() {
    var state = UpkeepState(pollInterval: .seconds(2))
    #expect(state.begin() == .connect(after: .zero))
    let asks = state.decide(after: .connected)
    #expect(asks == .ask)
    let vacuums = state.decide(after: .answered(.vacuum(order)))
    #expect(vacuums == .vacuum(order))
    let records = state.decide(after: .vacuumed(order, problem: nil))
    #expect(records == .record(order, problem: nil))
    let asksAgain = state.decide(after: .recorded)
    #expect(asksAgain == .ask)
  }

  @Test("rests as long as it is told, but not longer than the poll interval")
  func rests() {
    var state = UpkeepState(pollInterval: .seconds(2))
    let short = state.decide(after: .answered(.wait(.milliseconds(200))))
    #expect(short == .rest(.milliseconds(200)))
    let long = state.decide(after: .answered(.wait(.seconds(60))))
    #expect(long == .rest(.seconds(2)))
  }

  @Test("that is to come to an end does what is due first")
  func finishes() {
    var state = UpkeepState(pollInterval: .seconds(2))
    state.finish()
    let vacuums = state.decide(after: .answered(.vacuum(order)))
    #expect(vacuums == .vacuum(order))
    let asks = state.decide(after: .recorded)
    #expect(asks == .ask)
    let ends = state.decide(after: .answered(.wait(.milliseconds(1))))
    #expect(ends == .end)
  }

  @Test("records a vacuum whose connection died on the next one, once")
  func recordsLost() {
    var state = UpkeepState(pollInterval: .seconds(2))
    let connects = state.decide(after: .vacuumed(order, problem: "gone", isConnected: false))
    #expect(connects == .connect(after: .milliseconds(100)))
    let tries = state.decide(after: .connected)
    #expect(tries == .record(order, problem: "gone"))
    let loses = state.decide(after: .failed(isConnected: false))
    #expect(loses == .connect(after: .milliseconds(200)))
    let records = state.decide(after: .connected)
    #expect(records == .record(order, problem: "gone"))
    let asks = state.decide(after: .recorded)
    #expect(asks == .ask)
    let asksAgain = state.decide(after: .rested)
    #expect(asksAgain == .ask)
  }

  @Test("gives up to record what the server refuses to record")
  func givesUpRecord() {
    var state = UpkeepState(pollInterval: .seconds(2))
    _ = state.decide(after: .vacuumed(order, problem: nil))
    let connects = state.decide(after: .notRecorded)
    #expect(connects == .connect(after: .milliseconds(100)))
    let asks = state.decide(after: .connected)
    #expect(asks == .ask)
  }

  @Test("looks in another session whether the database takes writes again")
  func readOnly() {
    var state = UpkeepState(pollInterval: .seconds(2))
    let first = state.decide(after: .takesNoWrites)
    #expect(first == .connect(after: .milliseconds(100)))
    let second = state.decide(after: .takesNoWrites)
    #expect(second == .connect(after: .milliseconds(200)))
  }

  @Test("that is told to stop begins no vacuum, and gives back the right to one")
  func stops() {
    var state = UpkeepState(pollInterval: .seconds(2))
    state.stop()
    let records = state.decide(after: .answered(.vacuum(order)))
    #expect(records == .record(order, problem: "the driver was told to stop"))
    let ends = state.decide(after: .recorded)
    #expect(ends == .end)
  }

  @Test("tries again after ever longer pauses, and connects anew when the connection is gone")
  func troubles() {
    var state = UpkeepState(pollInterval: .seconds(2))
    let first = state.decide(after: .failed(isConnected: true))
    #expect(first == .rest(.milliseconds(100)))
    let second = state.decide(after: .connectFailed)
    #expect(second == .connect(after: .milliseconds(200)))
    let ended = state.decide(after: .unusable)
    #expect(ended == .end)
  }
}
