import Foundation
import Synchronization
import Testing

/// Counts what one harness does and finds, and tells it in one line; the table of all has it too.
final class Tally: Sendable {
  /// What is counted.
  struct State {
    /// Faults by kind.
    var events: [String: Int] = [:]
    /// What was found that must not be.
    var violations: [String] = []
    /// Times in seconds by name.
    var times: [String: [Double]] = [:]
    /// Longest allowed time by name.
    var limits: [String: Double] = [:]
    /// What else is told.
    var notes: [String] = []
    /// Runs that ended.
    var runs = 0
    /// Looks at a migration that runs.
    var samples = 0
  }

  /// What fails.
  let fault: String
  private let state = Mutex(State())

  /// Tally of a kind of fault.
  ///
  /// - Parameters:
  ///   - fault: what fails.
  ///   - isListed: whether it is in the table of all.
  init(_ fault: String, isListed: Bool = true) {
    self.fault = fault
    if isListed { FaultTable.shared.add(self) }
  }

  /// All that is counted so far.
  var current: State { state.withLock { $0 } }

  /// Faults so far.
  var events: Int { state.withLock { $0.events.values.reduce(0, +) } }

  /// Faults of a kind so far.
  func events(_ kind: String) -> Int { state.withLock { $0.events[kind] ?? 0 } }

  /// Counts a fault.
  func event(_ kind: String, _ count: Int = 1) {
    state.withLock { $0.events[kind, default: 0] += count }
  }

  /// Counts a run that ended, and how often it was looked at.
  func run(samples: Int) {
    state.withLock { state in
      state.runs += 1
      state.samples += samples
    }
  }

  /// Keeps violations; none is fine.
  func violations(_ violations: [String]) {
    state.withLock { $0.violations += violations }
  }

  /// Keeps a figure that is neither an event nor a time.
  func note(_ text: String) {
    state.withLock { $0.notes.append(text) }
  }

  /// Keeps times in seconds.
  func times(_ name: String, _ seconds: [Double]) {
    state.withLock { $0.times[name, default: []] += seconds }
  }

  /// Says how long a time may be: each one, or with `isMedian` the middle one; what is longer is a violation.
  ///
  /// - Parameters:
  ///   - name: of the times; that there is none is a violation, too.
  ///   - seconds: the figure to reach.
  ///   - slack: what a busy machine may add.
  ///   - isMedian: whether half of them may be longer.
  func limit(_ name: String, to seconds: Double, slack: Double = 0, isMedian: Bool = false) {
    let sorted = (current.times[name] ?? []).sorted()
    let reached = isMedian ? Self.median(sorted) : sorted.last ?? .infinity
    state.withLock { $0.limits[name] = seconds }
    if !(reached <= seconds + slack) { violations(["\(name) took \(reached) s, more than \(seconds) s"]) }
  }

  /// Prints the line, and fails the test if there was any violation.
  ///
  /// - Returns: the violations.
  @discardableResult func report(sourceLocation: SourceLocation = #_sourceLocation) -> [String] {
    let state = current
    let kinds = state.events.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    let parts = [
      "faults: \(fault): \(events) events (\(kinds))", "\(state.violations.count) violations", state.timesText,
      "\(state.runs) runs", "\(state.samples) samples", "seed \(FaultRandom.seed)",
    ]
    print(parts.filter { !$0.isEmpty }.joined(separator: ", "))
    if !state.violations.isEmpty { DriverProcess.keepsLog.withLock { $0 = true } }
    for violation in state.violations.prefix(20) {
      Issue.record("\(violation); drivers' log: \(DriverProcess.log)", sourceLocation: sourceLocation)
    }
    return state.violations
  }

  /// Middle one of sorted times; infinity when there is none.
  fileprivate static func median(_ sorted: [Double]) -> Double { sorted.isEmpty ? .infinity : sorted[sorted.count / 2] }
}

extension Tally.State {
  /// The times, and what else is told, in words.
  var timesText: String {
    let told = times.sorted { $0.key < $1.key }.filter { !$0.value.isEmpty }.map { name, seconds in
      let sorted = seconds.sorted()
      let limit = limits[name].map { String(format: " of %.1f", $0) } ?? ""
      return name + String(format: " p50 %.2f max %.2f", Tally.median(sorted), sorted.last ?? 0)
        + "\(limit) s (\(sorted.count))"
    }
    return (told + notes).joined(separator: ", ")
  }
}
