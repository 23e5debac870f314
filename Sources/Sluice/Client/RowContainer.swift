internal import Postgres

/// The columns of a row, as a container of values by name.
struct RowContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let row: PostgresRow
  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { row.columns.compactMap { Key(stringValue: $0.name) } }

  /// Whether the row has the column.
  func contains(_ key: Key) -> Bool { row.columns.contains { $0.name == column(key) } }

  /// Whether the column is null.
  func decodeNil(forKey key: Key) throws -> Bool { try row.get(column(key), as: String?.self) == nil }

  /// Value of a column, of any type that can be read from PostgreSQL's text.
  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    guard let readable = type as? any PostgresDecodable.Type,
      let value = try row.get(column(key), as: readable) as? Value
    else {
      throw PostgresError(.decoding, "column \"\(column(key))\" cannot be read as \(type)")
    }
    return value
  }

  /// Rows are flat.
  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    throw PostgresError(.decoding, "column \"\(column(key))\" cannot be read as \(type)")
  }

  /// Rows are flat.
  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    throw PostgresError(.decoding, "column \"\(column(key))\" cannot be read as an array")
  }

  /// Rows do not inherit.
  func superDecoder() throws -> any Decoder { RowDecoder(row: row) }

  /// Rows do not inherit.
  func superDecoder(forKey key: Key) throws -> any Decoder { RowDecoder(row: row) }

  /// `rowsDone` as `rows_done`.
  private func column(_ key: Key) -> String {
    var name = ""
    for character in key.stringValue {
      if character.isUppercase { name.append("_") }
      name.append(contentsOf: character.lowercased())
    }
    return name
  }
}
