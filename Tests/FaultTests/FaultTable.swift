import Foundation
import Synchronization
import Testing

/// What all harnesses of this process did and found: one table at the end, by kind of fault.
final class FaultTable: Sendable {
  /// The table of this process.
  static let shared = FaultTable()

  /// Events that a whole run must have, for each round.
  private static let leastEvents = 1_000
  /// Kinds of fault that a whole run must have.
  private static let leastKinds = 20

  private let tallies = Mutex<[Tally]>([])

  /// Adds what a harness counts, now and later.
  func add(_ tally: Tally) {
    tallies.withLock { $0.append(tally) }
  }

  /// Prints the table.
  ///
  /// - Returns: what a whole run lacks.
  func report() -> [String] {
    let faults = tallies.withLock { $0 }.map { (name: $0.fault, state: $0.current) }
    if faults.isEmpty { return [] }
    print(Self.line("fault", "events", "violations", "times"))
    for (name, state) in faults {
      let events = state.events.values.reduce(0, +)
      print(Self.line(name, "\(events)", "\(state.violations.count)", state.timesText))
      if state.events.count > 1 {
        for (kind, count) in state.events.sorted(by: { $0.key < $1.key }) {
          print(Self.line("  \(kind)", "\(count)", "", ""))
        }
      }
    }
    let events = faults.reduce(0) { $0 + $1.state.events.values.reduce(0, +) }
    let kinds = faults.reduce(0) { $0 + $1.state.events.values.count { $0 > 0 } }
    let violations = faults.reduce(0) { $0 + $1.state.violations.count }
    let runs = faults.reduce(0) { $0 + $1.state.runs }
    let samples = faults.reduce(0) { $0 + $1.state.samples }
    print(
      Self.line(
        "all", "\(events)", "\(violations)",
        "\(kinds) kinds, \(runs) runs, \(samples) samples, seed \(FaultRandom.seed)"))
    let least = FaultScale.of(Self.leastEvents)
    return [
      events < least ? "only \(events) of \(least) events" : nil,
      kinds < Self.leastKinds ? "only \(kinds) of \(Self.leastKinds) kinds of fault" : nil,
    ].compactMap { $0 }
  }

  private static func line(_ fault: String, _ events: String, _ violations: String, _ times: String) -> String {
    var line = "faults: " + fault.padding(toLength: max(fault.count, 50), withPad: " ", startingAt: 0)
    for (text, width) in [(events, 8), (violations, 11)] {
      line += String(repeating: " ", count: max(width - text.count, 0)) + text
    }
    return times.isEmpty ? line : line + "  " + times
  }
}

/// Prints the table when the last test of the suite has ended; a run of the whole suite must have enough events.
struct FaultTableTrait: SuiteTrait, TestScoping {
  /// Whether all tests of the suite run, and not some that were asked for.
  private static var isWhole: Bool {
    let arguments = CommandLine.arguments
    let filters = arguments.indices.dropLast().filter { arguments[$0] == "--filter" }.map { arguments[$0 + 1] }
    return filters.allSatisfy { $0 == "FaultTests" }
  }

  @concurrent
  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
  ) async throws {
    try await function()
    let lacks = FaultTable.shared.report()
    if Self.isWhole { for lack in lacks { Issue.record("\(lack)") } }
  }
}

extension Trait where Self == FaultTableTrait {
  /// Prints the table of all faults at the end.
  static var table: Self { FaultTableTrait() }
}
