internal import Sluice

/// A value that is no object and no array.
struct TreeValue: SingleValueEncodingContainer {
  let encoder: TreeEncoder
  var codingPath: [any CodingKey] { [] }

  mutating func encodeNil() throws { encoder.set(.null) }
  mutating func encode(_ value: Bool) throws { encoder.set(.bool(value)) }
  mutating func encode(_ value: String) throws { encoder.set(.string(value)) }
  mutating func encode(_ value: Double) throws { encoder.set(.number(value)) }
  mutating func encode(_ value: Float) throws { encoder.set(.number(Double(value))) }
  mutating func encode(_ value: Int) throws { encoder.set(.integer(value)) }
  mutating func encode(_ value: Int8) throws { encoder.set(.integer(Int(value))) }
  mutating func encode(_ value: Int16) throws { encoder.set(.integer(Int(value))) }
  mutating func encode(_ value: Int32) throws { encoder.set(.integer(Int(value))) }
  mutating func encode(_ value: Int64) throws { encoder.set(.integer(Int(value))) }
  mutating func encode(_ value: UInt) throws { encoder.set(.integer(Int(value))) }
  mutating func encode(_ value: UInt8) throws { encoder.set(.integer(Int(value))) }
  mutating func encode(_ value: UInt16) throws { encoder.set(.integer(Int(value))) }
  mutating func encode(_ value: UInt32) throws { encoder.set(.integer(Int(value))) }
  mutating func encode(_ value: UInt64) throws { encoder.set(.integer(Int(value))) }
  mutating func encode(_ value: some Encodable) throws { encoder.set(try TreeEncoder.tree(of: value)) }
}
