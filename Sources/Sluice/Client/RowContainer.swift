internal import FoundationEssentials
internal import Postgres

/// The columns of a row, as a container of values by name.
struct RowContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let row: PostgresRow
  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { row.columns.compactMap { Key(stringValue: $0.name) } }

  /// Always, so that a column that is not there is an error, and not nil.
  func contains(_ key: Key) -> Bool { true }

  /// Whether the column is null.
  func decodeNil(forKey key: Key) throws -> Bool { try text(key) == nil }

  /// Value of a column, of any type that can be read from PostgreSQL's text.
  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    let text = try text(key)
    if type is [UInt8].Type, let value = Array(try row.get(column(key), as: Data.self)) as? Value { return value }
    if let readable = type as? any PostgresDecodable.Type {
      guard let value = try row.get(column(key), as: readable) as? Value else { throw unreadable(key, type) }
      return value
    }
    guard let text, let value = json(text, as: type) else { throw unreadable(key, type) }
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

  private func column(_ key: Key) -> String { ColumnName.of(key) { name in row.columns.contains { $0.name == name } } }

  /// Text of a column; a column that is not there is an error of class 42, as in SQL.
  private func text(_ key: Key) throws -> String? {
    guard row.columns.contains(where: { $0.name == column(key) }) else {
      var error = PostgresError(.decoding, "column \"\(column(key))\" does not exist in the row")
      error.sqlState = "42703"
      throw error
    }
    return try row.get(column(key), as: String?.self)
  }

  /// Value of JSON text, or of a text by itself, which an enumeration may have as its raw value.
  private func json<Value: Decodable>(_ text: String, as type: Value.Type) -> Value? {
    if let value = try? JSONDecoder().decode(type, from: Data(text.utf8)) { return value }
    guard let quoted = try? JSONEncoder().encode(text) else { return nil }
    return try? JSONDecoder().decode(type, from: quoted)
  }

  private func unreadable(_ key: Key, _ type: any Any.Type) -> PostgresError {
    PostgresError(.decoding, "column \"\(column(key))\" cannot be read as \(type)")
  }
}
