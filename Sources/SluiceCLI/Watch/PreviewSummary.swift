internal import Sluice

/// What a preview comes to, by table and column: it shows at a glance when a change meets rows that it should not.
struct PreviewSummary {
  /// The rows.
  let rows: [PreviewRow]

  /// A line for each table, and one for each column that changes in it.
  var lines: [Line] {
    var relations: [String] = []
    for row in rows where !relations.contains(row.relation) { relations.append(row.relation) }
    return relations.flatMap { relation in
      let rows = rows.filter { $0.relation == relation }
      let counts = [PreviewRow.Action.insert, .update, .delete, .none, .fail].compactMap { action -> String? in
        let count = rows.count { $0.action == action }
        return count == 0 ? nil : "\(count) \(Self.words[action] ?? "")"
      }
      let heading: Line = "\(relation, .bold)  \(counts.joined(separator: ", "))"
      return [heading] + columns(of: rows.filter { $0.action == .update })
    }
  }

  private func columns(of updated: [PreviewRow]) -> [Line] {
    var changes: [String: (rows: Int, fromNull: Int, toNull: Int)] = [:]
    for row in updated {
      guard case .object(let before)? = row.before, case .object(let after)? = row.after else { continue }
      for (name, value) in after where before[name] != value {
        changes[name, default: (0, 0, 0)].rows += 1
        if before[name] == .null { changes[name]?.fromNull += 1 }
        if value == .null { changes[name]?.toNull += 1 }
      }
    }
    return changes.sorted { $0.key < $1.key }.map { name, change in
      var line: Line = "  ~ \(name, .dim)  changes in \(change.rows) of \(updated.count) rows"
      if change.fromNull > 0 { line += Line(", from null in \(change.fromNull)", .yellow) }
      if change.toNull > 0 { line += Line(", to null in \(change.toNull)", .yellow) }
      return line
    }
  }

  private static let words: [PreviewRow.Action: String] = [
    .insert: "inserted", .update: "updated", .delete: "deleted", .none: "unchanged", .fail: "failing",
  ]
}
