internal import Sluice

/// A row before and after, for people: only what changes.
struct PreviewBlock {
  /// The row.
  let row: PreviewRow

  /// A heading with the key, and a line for each column that changes.
  var lines: [Line] {
    let heading: Line = "\(Self.text(row.key), .bold)"
    guard let after = row.after, after != .null else { return [heading + "  " + Line("deleted, or moved", .red)] }
    guard case .object(let old) = row.before, case .object(let new) = after else {
      return [heading, "  \(Self.text(row.before))", "  → \(Self.text(after))"]
    }
    let changed = Set(old.keys).union(new.keys).sorted().filter { old[$0] != new[$0] }
    if changed.isEmpty { return [heading + "  " + Line("unchanged", .yellow)] }
    return [heading]
      + changed.map { name in
        "  \(name, .dim)  \(Self.text(old[name] ?? .null), .red) → \(Self.text(new[name] ?? .null), .green)"
      }
  }

  private static func text(_ value: JSONValue) -> String {
    switch value {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): value
    case .array(let values): values.map(text).joined(separator: ", ")
    case .object(let fields):
      fields.sorted { $0.key < $1.key }.map { "\($0.key)=\(text($0.value))" }.joined(separator: ", ")
    }
  }
}
