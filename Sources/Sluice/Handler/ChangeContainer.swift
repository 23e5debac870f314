internal import Postgres

/// The properties of a change, as columns.
struct ChangeContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let encoder: ChangeEncoder
  var codingPath: [any CodingKey] { [] }

  /// Null.
  func encodeNil(forKey key: Key) { write(nil, key) }

  /// Value of a column.
  func encode(_ value: some Encodable, forKey key: Key) throws { write(try ColumnText.of(value), key) }

  /// Value of a column, and null for nil: the synthesized code would leave it out.
  func encodeIfPresent<Value: Encodable>(_ value: Value?, forKey key: Key) throws {
    write(try value.map { try ColumnText.of($0) } ?? nil, key)
  }

  // Each of these would leave nil out unless it is said here: the protocol has one for every type.

  /// Null for nil.
  func encodeIfPresent(_ value: Bool?, forKey key: Key) { write(value.map(ColumnText.of), key) }
  /// Null for nil.
  func encodeIfPresent(_ value: String?, forKey key: Key) { write(value, key) }
  /// Null for nil.
  func encodeIfPresent(_ value: Double?, forKey key: Key) { write(value.map { "\($0)" }, key) }
  /// Null for nil.
  func encodeIfPresent(_ value: Float?, forKey key: Key) { write(value.map { "\($0)" }, key) }
  /// Null for nil.
  func encodeIfPresent(_ value: Int?, forKey key: Key) { write(value.map { "\($0)" }, key) }
  /// Null for nil.
  func encodeIfPresent(_ value: Int8?, forKey key: Key) { write(value.map { "\($0)" }, key) }
  /// Null for nil.
  func encodeIfPresent(_ value: Int16?, forKey key: Key) { write(value.map { "\($0)" }, key) }
  /// Null for nil.
  func encodeIfPresent(_ value: Int32?, forKey key: Key) { write(value.map { "\($0)" }, key) }
  /// Null for nil.
  func encodeIfPresent(_ value: Int64?, forKey key: Key) { write(value.map { "\($0)" }, key) }
  /// Null for nil.
  func encodeIfPresent(_ value: UInt?, forKey key: Key) { write(value.map { "\($0)" }, key) }
  /// Null for nil.
  func encodeIfPresent(_ value: UInt8?, forKey key: Key) { write(value.map { "\($0)" }, key) }
  /// Null for nil.
  func encodeIfPresent(_ value: UInt16?, forKey key: Key) { write(value.map { "\($0)" }, key) }
  /// Null for nil.
  func encodeIfPresent(_ value: UInt32?, forKey key: Key) { write(value.map { "\($0)" }, key) }
  /// Null for nil.
  func encodeIfPresent(_ value: UInt64?, forKey key: Key) { write(value.map { "\($0)" }, key) }

  /// Changes are flat: what is nested is one value.
  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    KeyedEncodingContainer(ChangeContainer<Nested>(encoder: ChangeEncoder(columns: [])))
  }

  /// Changes are flat.
  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { NoContainer() }

  /// Changes that inherit write into the same columns.
  func superEncoder() -> any Encoder { encoder }

  /// Changes that inherit write into the same columns.
  func superEncoder(forKey key: Key) -> any Encoder { encoder }

  private func write(_ text: String?, _ key: Key) {
    encoder.written.record.set(ColumnName.of(key, among: encoder.columns.contains), text)
  }
}
