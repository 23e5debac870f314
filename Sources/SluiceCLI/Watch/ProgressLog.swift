internal import Foundation
internal import Sluice

/// Decides when a line about a migration is worth printing where nothing can be drawn in place.
///
/// Changes of state, of the reason for waiting, of being on track are printed at once; progress at most every few
/// seconds.
struct ProgressLog {
  /// Time between two lines that tell of nothing but progress.
  let interval: TimeInterval

  private struct Told {
    var state: String
    var reason: String?
    var onTrack: Bool?
    var quarantined: Int
    var percent: Double
    var verified: Double?
    var at: Date
  }

  private var told: [String: Told] = [:]

  /// Log that tells of progress at an interval.
  init(every interval: TimeInterval = 5) { self.interval = interval }

  /// The line to print now, or nil.
  mutating func line(for progress: MigrationProgress, now: Date) -> Line? {
    let next = Told(
      state: progress.state, reason: Self.kind(progress.waitingFor), onTrack: progress.onTrack,
      quarantined: progress.rowsQuarantined, percent: progress.percent, verified: progress.verifiedPercent, at: now)
    if let last = told[progress.name], !Self.differs(last, next, interval) { return nil }
    told[progress.name] = next
    return Self.line(progress, now: now)
  }

  /// What does not change from one second to the next in a reason for waiting.
  private static func kind(_ reason: String?) -> String? {
    reason.map { String($0.prefix { !$0.isNumber }) }
  }

  private static func differs(_ last: Told, _ next: Told, _ interval: TimeInterval) -> Bool {
    if last.state != next.state || last.quarantined != next.quarantined { return true }
    let isDue = next.at.timeIntervalSince(last.at) >= interval
    let isNew =
      last.percent != next.percent || last.verified != next.verified || last.reason != next.reason
      || last.onTrack != next.onTrack
    return isDue && isNew
  }

  /// One line with what matters: `14:02:11  orders_total  running  61.3 %  613,204 done, ...`.
  static func line(_ progress: MigrationProgress, now: Date) -> Line {
    let facts = ProgressFacts(progress: progress, now: now)
    let percent =
      progress.state == "verifying"
      ? "\(Amount.percent(progress.verifiedPercent ?? 0)) verified" : Amount.percent(progress.percent)
    var parts: [Line] = [
      Line(Amount.moment(now, now: now), .dim), Line(progress.name, .bold), StateName.line(progress.state),
      Line(percent),
    ]
    if let rows = facts.rows { parts.append(rows) }
    if let time = facts.time { parts.append(progress.finishedAt == nil ? "forecast " + time : "at " + time) }
    if let waiting = facts.waiting { parts.append("\(facts.waitingLabel) " + waiting) }
    if let trouble = facts.trouble { parts.append("trouble: " + trouble) }
    return parts.joined(by: "  ")
  }
}
