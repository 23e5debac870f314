/// One row of a result, decoded on demand.
///
/// ```swift
/// let row = try await connection.query("select 1 as id, null::text as note").single()
/// let id = try row.get("id", as: Int.self)          // 1
/// let note = try row.get("note", as: String?.self)  // nil
/// ```
public struct PostgresRow: Sendable {
  /// Columns in order, shared by all rows of a result.
  public let columns: [PostgresColumn]
  /// Values in the server's text format; nil is null.
  let cells: [String?]

  /// Value of a column by name, the first of that name.
  ///
  /// Ask for an optional type where null may occur.
  ///
  /// - Throws: `PostgresError` of code `decoding`: no such column, unexpected null, or a value that cannot be read.
  public func get<Value: PostgresDecodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
    guard let index = columns.firstIndex(where: { $0.name == name }) else {
      let known = columns.map { "\"\($0.name)\"" }.joined(separator: ", ")
      throw PostgresError(.decoding, "column \"\(name)\" does not exist in the result", hint: "It has \(known).")
    }
    return try get(at: index, as: type)
  }

  /// Value of a column by position, from 0.
  ///
  /// - Throws: `PostgresError` of code `decoding`, as by name.
  public func get<Value: PostgresDecodable>(at index: Int, as type: Value.Type = Value.self) throws -> Value {
    guard cells.indices.contains(index) else {
      throw PostgresError(.decoding, "column \(index) does not exist in a result of \(cells.count) columns")
    }
    let column = columns[index]
    do {
      return try Value(postgresText: cells[index])
    } catch .null {
      throw PostgresError(
        .decoding, "column \"\(column.name)\" is null", hint: "Decode it as an optional \(Value.self).")
    } catch .unreadable(let expected) {
      throw PostgresError(
        .decoding, "column \"\(column.name)\" of type oid \(column.typeOID) cannot be read as \(expected)")
    }
  }
}
