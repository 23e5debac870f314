import Foundation
import Synchronization
import Testing

/// Counts what one harness does and finds, and tells it in one line.
final class Tally: Sendable {
  private struct State {
    var events: [String: Int] = [:]
    var violations: [String] = []
    var times: [String: [Double]] = [:]
    var runs = 0
    var samples = 0
  }

  private let fault: String
  private let state = Mutex(State())

  /// Tally of a kind of fault.
  init(_ fault: String) {
    self.fault = fault
  }

  /// Faults so far.
  var events: Int { state.withLock { $0.events.values.reduce(0, +) } }

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

  /// Keeps times in seconds.
  func times(_ name: String, _ seconds: [Double]) {
    state.withLock { $0.times[name, default: []] += seconds }
  }

  /// Longest time of a name.
  func longest(_ name: String) -> Double { state.withLock { $0.times[name]?.max() ?? 0 } }

  /// Middle one of the times of a name.
  func median(_ name: String) -> Double {
    state.withLock { state in
      let sorted = (state.times[name] ?? []).sorted()
      return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }
  }

  /// Prints the line, and fails the test if there was any violation.
  ///
  /// - Returns: the violations.
  @discardableResult func report(sourceLocation: SourceLocation = #_sourceLocation) -> [String] {
    let state = state.withLock { $0 }
    let kinds = state.events.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    var line = "faults: \(fault): \(events) events (\(kinds)), \(state.violations.count) violations"
    for name in state.times.keys.sorted() {
      let count = state.times[name]?.count ?? 0
      line += ", \(name) p50 \(Self.text(median(name))) s max \(Self.text(longest(name))) s (\(count))"
    }
    line += ", \(state.runs) runs, \(state.samples) samples, seed \(FaultRandom.seed)"
    print(line)
    if !state.violations.isEmpty { DriverProcess.keepsLog.withLock { $0 = true } }
    for violation in state.violations.prefix(20) {
      Issue.record("\(violation); drivers' log: \(DriverProcess.log)", sourceLocation: sourceLocation)
    }
    return state.violations
  }

  private static func text(_ seconds: Double) -> String { String(format: "%.2f", seconds) }
}
