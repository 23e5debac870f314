internal import Foundation
internal import Sluice

/// All about one migration.
struct StatusPage: Encodable, Sendable {
  /// How far it is.
  let migration: MigrationProgress
  /// Its ranges that are not done.
  let lanes: [Lane]
  /// What needs a person.
  let stuck: [StuckItem]
  /// What it was defined to do: the arguments of `sluice.define`.
  let definition: JSONValue

  /// Lines for people, for a terminal of a width.
  func lines(now: Date, width: Int) -> [Line] {
    let width = min(width, 1_000)
    var lines = ProgressBlock(progress: migration, now: now).lines(width: width)
    for (label, text) in [("owner", migration.owner)] + definitionLines {
      lines += Line.fact(label, Line(text), width: width, indent: 10)
    }
    if !lanes.isEmpty { lines += [""] + laneTable(now: now).lines(width: width) }
    if lanes.count > Self.laneLimit {
      lines.append(Line("and \(Amount.counted(lanes.count - Self.laneLimit, "lane")) more; --json has all", .dim))
    }
    for stuckCase in stuck {
      lines += [
        "",
        "\(stuckCase.problem.replacing("_", with: " "), .yellow)  \(ServerText.told(stuckCase.detail ?? "", now: now))",
      ]
      if let advice = stuckCase.advice {
        lines += Line.fact("advice", Line(ServerText.told(advice, now: now)), width: width, indent: 10)
      }
    }
    return lines
  }

  /// What it does, an argument a line; each of several statements has a line of its own.
  private var definitionLines: [(String, String)] {
    guard case .object(let fields) = definition else { return [] }
    return Self.arguments.flatMap { (key: String) -> [(String, String)] in
      switch fields[key] {
      case .string(let text): [(key, Self.oneLine(text))]
      case .bool(let flag): [(key, "\(flag)")]
      case .array(let values) where key == "key" || key == "after":
        [(key, values.map(Self.text).joined(separator: ", "))]
      case .array(let values):
        values.map { (key == "statements" ? "statement" : key, Self.oneLine(Self.text($0))) }
      default: []
      }
    }
  }

  private static let arguments = [
    "pending", "set", "delete", "source", "match", "statements", "handler", "key", "capture", "proof", "after",
    "on_finish",
  ]

  private static func text(_ value: JSONValue) -> String {
    if case .string(let text) = value { text } else { "" }
  }

  private static func oneLine(_ sql: String) -> String {
    sql.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private func laneTable(now: Date) -> Table {
    var table = Table(
      .number("lane"), .text("relation"), .number("done"), .number("rows"), .number("batch"), .number("failures"),
      .text("doing"), .text("last error"))
    table.rows = lanes.prefix(Self.laneLimit).map { lane in
      [
        "\(lane.laneID)", Line(lane.relation), Line(lane.percent.map { Amount.percent($0) } ?? ""),
        Line(Amount.count(lane.rowsVisited)), Line(Amount.count(lane.batchSize)),
        lane.failures == 0 ? "" : Line(Amount.count(lane.failures)), Line(ServerText.told(lane.doing, now: now)),
        Line(lane.errorMessage ?? "", .red),
      ]
    }
    return table
  }

  private static let laneLimit = 20
}
