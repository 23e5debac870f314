internal import Sluice

/// Elements of an array under construction.
struct TreeElements: UnkeyedEncodingContainer {
  let encoder: TreeEncoder
  var codingPath: [any CodingKey] { [] }
  var count: Int { encoder.append(nil) }

  mutating func encodeNil() throws { encoder.append(.null) }

  mutating func encode(_ value: some Encodable) throws { encoder.append(try TreeEncoder.tree(of: value)) }

  mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
    preconditionFailure("answers are made of values that encode themselves")
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    preconditionFailure("answers are made of values that encode themselves")
  }

  mutating func superEncoder() -> any Encoder { encoder }
}
