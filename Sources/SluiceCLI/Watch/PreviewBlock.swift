internal import Sluice

/// A row before and after, for people: each column that changes on a line of its own, the others together.
struct PreviewBlock {
  /// The row.
  let row: PreviewRow

  /// Longest value that is shown whole.
  private static let valueLength = 80

  /// A heading with table, key and action, and a line for each column that changes, marked with ~, + or -.
  func lines(width: Int) -> [Line] {
    let before = Self.fields(row.before)
    let after = Self.fields(row.after)
    let names = Set(before.keys).union(after.keys).sorted()
    let changed = [.none, .fail].contains(row.action) ? [] : names.filter { before[$0] != after[$0] }
    let same = names.filter { !changed.contains($0) }
    let column = changed.map(\.count).max() ?? 0
    return [heading]
      + changed.map { name in
        let label: Line = "  \(mark, .bold) \(name.padded(to: column), .dim)  "
        switch row.action {
        case .insert: return label + Self.line(after[name], .green)
        case .delete: return label + Self.line(before[name], .red)
        default: return label + Self.line(before[name], .red) + " → " + Self.line(after[name], .green)
        }
      }
      + (same.isEmpty
        ? []
        : [
          Line("    same  \(same.map { "\($0)=\(Self.text(before[$0] ?? .null))" }.joined(separator: ", "))", .dim)
            .cut(to: width)
        ])
  }

  private var heading: Line {
    let style: Style =
      switch row.action {
      case .insert: .green
      case .update: .cyan
      case .delete, .fail: .red
      case .none: .yellow
      }
    let verdict =
      switch row.action {
      case .insert: "inserted"
      case .update: "updated"
      case .delete: "deleted, or moved"
      case .none: "unchanged, and still pending"
      case .fail: "cannot be migrated"
      }
    return "\(row.relation, .bold) \(Self.text(row.key), .bold)  \(verdict, style)"
  }

  private var mark: String {
    switch row.action {
    case .insert: "+"
    case .delete: "-"
    default: "~"
    }
  }

  private static func fields(_ row: JSONValue?) -> [String: JSONValue] {
    guard case .object(let fields)? = row else { return [:] }
    return fields
  }

  /// A value in the colour of its side; null stands out, because it is what is overlooked.
  private static func line(_ value: JSONValue?, _ style: Style) -> Line {
    let value = value ?? .null
    let shown = text(value)
    return Line(shown.count > valueLength ? shown.prefix(valueLength) + "…" : shown, value == .null ? .yellow : style)
  }

  private static func text(_ value: JSONValue) -> String {
    switch value {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): value.isEmpty ? "\"\"" : value
    case .array, .object: value.text
    }
  }
}
