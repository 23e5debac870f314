internal import Sluice

/// What a schedule comes to, for people.
struct PlanPage {
  /// Migration.
  let name: String
  /// The plan.
  let plan: Plan

  /// Lines for a terminal of a width: a heading, and each fact under its label.
  func lines(width: Int) -> [Line] {
    let verdict: Line = plan.feasible ? "\("feasible", .green)" : "\("not feasible", .red)"
    let heading: Line = "\(name, .bold)  \(verdict)\(plan.reason.map { ": \($0)" } ?? "")"
    return heading.wrapped(to: width, indent: 2) + lines(of: facts, width: width) + notes(width: width)
  }

  /// The facts that matter once it is scheduled, and what the plan warns of.
  func shortLines(width: Int) -> [Line] {
    lines(of: [("rows", rows), ("batch", batch), ("takes", takes), ("writes", writes)], width: width)
      + notes(width: width)
  }

  private func notes(width: Int) -> [Line] {
    plan.notes.flatMap { Line.fact("note", Line($0), width: width, style: .yellow) }
  }

  private func lines(of facts: [(String, String?)], width: Int) -> [Line] {
    facts.flatMap { label, text in text.map { Line.fact(label, Line($0), width: width) } ?? [] }
  }

  private var facts: [(String, String?)] {
    [
      ("rows", rows), ("cost", cost), ("walk", walk), ("batch", batch), ("takes", takes),
      (
        "shortest",
        plan.feasible ? nil : plan.shortestDeadline.map { "\(Amount.duration(seconds: $0)) is the shortest deadline" }
      ),
      ("writes", writes), ("waits for", plan.holds),
    ]
  }

  private var rows: String? {
    guard let pending = plan.pendingEstimated else { return nil }
    let total = plan.rowsEstimated.map { " of \(Amount.count($0))" } ?? ""
    return "about \(Amount.count(pending))\(total) pending\(plan.howEstimated.map { " (\($0))" } ?? "")"
  }

  private var cost: String? {
    plan.secondsPerRow.map { "\(Amount.fixed($0 * 1e6, 1)) µs a row" }
  }

  private var walk: String? {
    guard let walk = plan.walk else { return nil }
    let stripes = plan.stripes.map { $0 > 1 ? ", \($0) stripes" : "" } ?? ""
    let share = plan.hotShare.map { ", \(Amount.fixed($0 * 100, 0)) % HOT" } ?? ""
    return walk + stripes + share
  }

  private var batch: String? {
    guard let size = plan.batchSize else { return nil }
    let pause =
      plan.pause.map { $0 < 0.0005 ? ", no pause" : ", then a pause of \(Amount.duration(seconds: $0))" } ?? ""
    return "\(Amount.counted(size, "row"))\(pause)"
  }

  private var takes: String? {
    let parts = [
      plan.planned.map { "\(Amount.duration(seconds: $0)) as planned" },
      plan.fullSpeed.map { "\(Amount.duration(seconds: $0)) at full speed" },
    ]
    return parts.contains { $0 != nil } ? parts.compactMap(\.self).joined(separator: ", ") : nil
  }

  private var writes: String? {
    let parts = [
      plan.walBytes.map { "\(Amount.bytes(Double($0))) of WAL" },
      plan.tableGrowthBytes.map { "table grows by \(Amount.bytes(Double($0)))" },
      plan.indexGrowthBytes.map { "indexes by \(Amount.bytes(Double($0)))" },
    ]
    return parts.contains { $0 != nil } ? parts.compactMap(\.self).joined(separator: ", ") : nil
  }
}
