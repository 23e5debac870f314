internal import Foundation
internal import Sluice

/// What the live view shows of one migration: a heading, a bar, and what belongs to it.
struct ProgressBlock {
  /// What is shown.
  let progress: MigrationProgress
  /// The present moment.
  let now: Date

  /// Lines, for a terminal of a width.
  func lines(width: Int) -> [Line] {
    var lines = [heading]
    if !["defined", "cancelled"].contains(progress.state) { lines.append(bar(width: width)) }
    lines += particulars(width: width)
    return lines
  }

  /// Name, state and table.
  var heading: Line {
    "\(progress.name, .bold)  \(StateName.line(progress.state))  \(progress.target, .dim)"
  }

  /// Bar of the walk, or of the verification that follows it.
  func bar(width: Int) -> Line {
    let isVerifying = progress.state == "verifying"
    let percent = isVerifying ? progress.verifiedPercent ?? 0 : progress.percent
    let label: Line = "  \(Amount.percent(percent))\(isVerifying ? " verified" : "", .dim)"
    let room = min(max(width - 20, 10), 60)
    return Bar.line(share: percent / 100, width: room, style: StateName.style(progress.state)) + label
  }

  private func particulars(width: Int) -> [Line] {
    let facts = ProgressFacts(progress: progress, now: now)
    return [
      ("rows", facts.rows), (progress.finishedAt == nil ? "forecast" : "finished", facts.time),
      ("between", facts.range), ("batch", facts.batch), (facts.waitingLabel, facts.waiting), ("trouble", facts.trouble),
    ].flatMap { label, line in line.map { Line.fact(label, $0, width: width, indent: 10) } ?? [] }
  }
}
