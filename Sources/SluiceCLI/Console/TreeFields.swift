internal import Sluice

/// Fields of an object under construction.
struct TreeFields<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let encoder: TreeEncoder
  var codingPath: [any CodingKey] { [] }

  mutating func encodeNil(forKey key: Key) throws { encoder.set(key.stringValue, .null) }

  mutating func encode(_ value: some Encodable, forKey key: Key) throws {
    encoder.set(key.stringValue, try TreeEncoder.tree(of: value))
  }

  mutating func encodeIfPresent(_ value: (some Encodable)?, forKey key: Key) throws {
    encoder.set(key.stringValue, try value.map { try TreeEncoder.tree(of: $0) } ?? .null)
  }

  mutating func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { set(value.map { .bool($0) }, key) }
  mutating func encodeIfPresent(_ value: Int?, forKey key: Key) throws { set(value.map { .integer($0) }, key) }
  mutating func encodeIfPresent(_ value: Double?, forKey key: Key) throws { set(value.map { .number($0) }, key) }
  mutating func encodeIfPresent(_ value: String?, forKey key: Key) throws { set(value.map { .string($0) }, key) }

  private func set(_ value: JSONValue?, _ key: Key) { encoder.set(key.stringValue, value ?? .null) }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    preconditionFailure("answers are made of values that encode themselves")
  }

  mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    preconditionFailure("answers are made of values that encode themselves")
  }

  mutating func superEncoder() -> any Encoder { encoder }

  mutating func superEncoder(forKey key: Key) -> any Encoder { encoder }
}
