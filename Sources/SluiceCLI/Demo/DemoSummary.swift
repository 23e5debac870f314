/// The figures of a demo, for people.
struct DemoSummary {
  /// The figures.
  let report: DemoReport

  /// A line for each.
  var lines: [Line] {
    var table = Table(.text(""), .number("p50"), .number("p99"), .number("transactions"))
    table.rows = [("application alone", report.alone), ("beside the migration", report.beside)].map { name, felt in
      [
        Line(name), "\(Amount.fixed(felt.p50, 1)) ms", "\(Amount.fixed(felt.p99, 1)) ms",
        Line(Amount.count(felt.transactions)),
      ]
    }
    let rate = "\(Amount.count(Int(report.rowsPerSecond.rounded()))) rows a second"
    let hot = report.hotShare.map { ", \(Amount.fixed($0 * 100, 0)) % of the updates touched no index" } ?? ""
    return table.lines(width: .max) + [
      "",
      "\("migration".padded(to: 11), .dim)\(Amount.count(report.rows)) rows in \(Amount.duration(seconds: report.seconds)), \(rate)\(hot)",
      "\("table".padded(to: 11), .dim)\(Self.growth(report.tableBytesBefore, report.tableBytesAfter))",
      "\("indexes".padded(to: 11), .dim)\(Self.growth(report.indexBytesBefore, report.indexBytesAfter))",
    ]
  }

  private static func growth(_ before: Int, _ after: Int) -> String {
    let share = before > 0 ? 100 * Double(after - before) / Double(before) : 0
    let sign = share >= 0 ? "+" : ""
    return
      "\(Amount.bytes(Double(before))) before, \(Amount.bytes(Double(after))) after (\(sign)\(Amount.fixed(share, 0)) %)"
  }
}
