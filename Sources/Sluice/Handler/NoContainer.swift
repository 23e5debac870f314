internal import Postgres

/// Takes what is no object; it refuses every value.
struct NoContainer: UnkeyedEncodingContainer, SingleValueEncodingContainer {
  var codingPath: [any CodingKey] { [] }
  var count: Int { 0 }
  private var refusal: PostgresError { PostgresError(.usage, "a change of a handler must be an object of columns") }

  /// Refuses.
  func encodeNil() throws { throw refusal }
  /// Refuses.
  func encode(_ value: some Encodable) throws { throw refusal }
  /// Takes nothing.
  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
    KeyedEncodingContainer(ChangeContainer<Nested>(encoder: ChangeEncoder(columns: [])))
  }
  /// Takes nothing.
  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { self }
  /// Takes nothing.
  func superEncoder() -> any Encoder { ChangeEncoder(columns: []) }
}
