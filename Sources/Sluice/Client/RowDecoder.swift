internal import Postgres

/// Decodes a row into a type whose properties are named like its columns: `rowsDone` for `rows_done`.
struct RowDecoder: Decoder {
  let row: PostgresRow
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  /// Columns by name.
  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(RowContainer(row: row))
  }

  /// Rows have names, not positions.
  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    throw PostgresError(.decoding, "a row cannot be decoded as an array")
  }

  /// Rows have names.
  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    throw PostgresError(.decoding, "a row cannot be decoded as a single value")
  }
}

extension PostgresResult {
  /// All rows, decoded.
  ///
  /// - Throws: `PostgresError` of code `decoding`.
  func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws -> [Value] {
    try map { try Value(from: RowDecoder(row: $0)) }
  }
}
