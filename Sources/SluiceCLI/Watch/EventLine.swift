internal import Foundation
internal import Sluice

/// An event in one line.
enum EventLine {
  /// `14:02:11  orders_total  scheduled → running  by shop`.
  static func line(_ event: Event, now: Date) -> Line {
    let change: Line
    if event.kind == "state", let state = event.newState {
      change = "\(event.oldState.map { "\($0) → " } ?? "", .dim)\(StateName.line(state))"
    } else {
      change = Line(event.kind.replacing("_", with: " "), .yellow)
    }
    let told = event.message.map { "  \(ServerText.told($0, now: now))" } ?? ""
    let moment = Amount.moment(event.happenedAt, now: now)
    let line: Line = "\(moment, .dim)  \(event.name ?? "sluice", .bold)  \(change)\(told)"
    // such as "paused by shop"
    let isTold = event.message?.contains("by \(event.actor)") ?? false
    return isTold ? line : line + "  " + Line("by \(event.actor)", .dim)
  }
}
