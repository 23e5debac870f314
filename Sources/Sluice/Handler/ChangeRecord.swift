/// A change as texts by column, in the order in which it was written.
struct ChangeRecord: Sendable {
  /// Names of the columns.
  private(set) var columns: [String] = []
  /// Their values; nil is null.
  private(set) var texts: [String?] = []

  /// Change of a handler, for a table with these columns.
  ///
  /// - Throws: what the type's `encode` throws; `PostgresError` when it is no object.
  init(_ change: some Encodable, columns: Set<String>) throws {
    let encoder = ChangeEncoder(columns: columns)
    try change.encode(to: encoder)
    self = encoder.written.record
  }

  /// Change without a column.
  init() {}

  /// Texts by column, for JSON.
  var byColumn: [String: String?] { Dictionary(zip(columns, texts)) { $1 } }

  /// Characters of all texts.
  var length: Int { texts.reduce(0) { $0 + ($1?.utf8.count ?? 4) } }

  /// Writes a column.
  mutating func set(_ column: String, _ text: String?) {
    columns.append(column)
    texts.append(text)
  }
}
