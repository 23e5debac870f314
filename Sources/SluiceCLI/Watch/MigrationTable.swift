internal import Foundation
internal import Sluice

/// All migrations as a table, one a row.
enum MigrationTable {
  /// Table of migrations, at a moment.
  static func table(_ all: [MigrationProgress], now: Date) -> Table {
    var table = Table(
      .name("migration"), .text("state"), .number("done"), .number("rows"), .number("left"), .number("rows/s"),
      .text("forecast"), .text("deadline"), .text("waits for, or reason"))
    table.rows = all.map { row($0, now: now) }
    return table
  }

  private static func row(_ progress: MigrationProgress, now: Date) -> [Line] {
    let isOpen = !StateName.final.contains(progress.state) && progress.state != "defined"
    let left = isOpen ? progress.rowsPending.map { Amount.count($0) } : nil
    let rate = progress.rowsPerSecond.map { isOpen && $0 > 0 ? Amount.count(Int($0.rounded())) : "" } ?? ""
    return [
      Line(progress.name, .bold),
      StateName.line(progress.state),
      progress.state == "defined" ? "" : Line(Amount.percent(progress.percent)),
      progress.state == "defined" ? "" : Line(Amount.count(progress.rowsDone)),
      Line(left ?? ""),
      Line(rate),
      isOpen ? Line(progress.forecast.map { Amount.moment($0, now: now) } ?? "") : "",
      deadline(progress, now: now),
      Line(progress.waitingFor.map { ServerText.told($0, now: now) } ?? "", .yellow),
    ]
  }

  private static func deadline(_ progress: MigrationProgress, now: Date) -> Line {
    guard let deadline = progress.deadline else { return "" }
    return Line(Amount.moment(deadline, now: now), progress.onTrack == false ? .red : .plain)
  }
}
