internal import Foundation
internal import Sluice

/// Facts of a migration's progress in words; nil where there is nothing to tell.
struct ProgressFacts {
  /// What is told.
  let progress: MigrationProgress
  /// The present moment.
  let now: Date

  private var isOpen: Bool { ["scheduled", "running", "verifying", "paused"].contains(progress.state) }

  /// `613,204 done, 386,796 left, 18,402 a second`.
  var rows: Line? {
    if progress.state == "defined" { return nil }
    if progress.state == "finished" {
      return "\(Amount.count(progress.rowsChanged)) changed, \(Amount.count(progress.rowsDone)) visited"
    }
    var parts = ["\(Amount.count(progress.rowsDone)) done"]
    if let left = progress.rowsPending, isOpen { parts.append("\(Amount.count(left)) left") }
    if let rate = progress.rowsPerSecond, rate > 0, isOpen {
      parts.append("\(Amount.count(Int(rate.rounded()))) a second")
    }
    if progress.rowsQuarantined > 0 { parts.append("\(Amount.count(progress.rowsQuarantined)) in quarantine") }
    return Line(parts.joined(separator: ", "))
  }

  /// When it was done, or will be, and whether that is in time.
  var time: Line? {
    if let finished = progress.finishedAt {
      let taken = progress.startedAt.map { " after \(Amount.duration(seconds: finished.timeIntervalSince($0)))" } ?? ""
      let ending: Line = progress.verifiedAt == nil ? "\(progress.ending, .yellow)" : "\("verified", .green)"
      return "\(Amount.moment(finished, now: now))\(taken), \(ending)\(deadline)"
    }
    guard isOpen, let forecast = progress.forecast else {
      return isOpen && progress.deadline != nil ? "\("not known yet", .dim)\(deadline)" : nil
    }
    let rest = forecast.timeIntervalSince(now)
    if rest < 1 { return progress.waitingFor == nil ? "\("at any moment", .dim)\(deadline)" : nil }
    return "\(Amount.moment(forecast, now: now)), in \(Amount.duration(seconds: rest.rounded()))\(deadline)"
  }

  /// Between which times it will be done, as a rule.
  var range: Line? {
    guard isOpen, let earliest = progress.earliest, let latest = progress.latest, latest > now,
      latest.timeIntervalSince(earliest) >= 1
    else { return nil }
    return "\(Amount.moment(earliest, now: now)) and \(Amount.moment(latest, now: now)), \("as a rule", .dim)"
  }

  private var deadline: Line {
    guard let deadline = progress.deadline else { return "" }
    let base: Line = "    \("deadline", .dim) \(Amount.moment(deadline, now: now))"
    if let late = progress.lateBy { return base + ", " + Line("late by \(Amount.duration(seconds: late))", .red) }
    guard progress.onTrack == true, let end = progress.finishedAt ?? progress.forecast else { return base }
    let spare = deadline.timeIntervalSince(end)
    let verdict: Line = progress.finishedAt == nil ? "\("on track", .green)" : "\("met", .green)"
    return base + ", " + verdict + (spare >= 1 ? " with \(Amount.duration(seconds: spare.rounded())) to spare" : "")
  }

  /// Batch size, pause, share of HOT updates, lanes.
  var batch: Line? {
    guard isOpen, let size = progress.batchSize else { return nil }
    var parts = [Amount.counted(size, "row")]
    if let pause = progress.pause {
      parts.append(pause < 0.0005 ? "no pause" : "pause \(Amount.duration(seconds: pause))")
    }
    if let share = progress.hotShare { parts.append("HOT \(Amount.fixed(share * 100, 0)) %") }
    parts.append(Amount.counted(progress.lanes, "lane"))
    return Line(parts.joined(separator: ", "))
  }

  /// What goes before `waiting`: one that was stopped waits for nothing, and has a reason.
  var waitingLabel: String { ["paused", "failed"].contains(progress.state) ? "reason" : "waits for" }

  /// Why no batch runs now.
  var waiting: Line? {
    progress.waitingFor.map { Line(ServerText.told($0, now: now), progress.state == "failed" ? .red : .yellow) }
  }

  /// The last error, while it matters: until the range that failed has gone on, or for as long as rows are put aside.
  var trouble: Line? {
    let matters = isOpen && (progress.attempts > 0 || progress.rowsQuarantined > 0) || progress.state == "failed"
    guard let error = progress.lastError, matters, error != progress.waitingFor else { return nil }
    let attempts = progress.attempts > 0 ? ", \(Amount.counted(progress.attempts, "attempt"))" : ""
    return "\(error, .red)\(attempts, .dim)"
  }
}
