internal import Foundation
internal import Sluice

/// Encodes a value as a JSON tree in which every key is there: absent values are `null`.
///
/// Foundation's encoder leaves out the keys of absent values, so that programs could not tell them from unknown keys.
final class TreeEncoder: Encoder {
  let codingPath: [any CodingKey] = []
  let userInfo: [CodingUserInfoKey: Any] = [:]
  /// What was encoded.
  private(set) var tree: JSONValue = .null
  private var fields: [String: JSONValue] = [:]
  private var elements: [JSONValue] = []

  /// Tree of a value.
  static func tree(of value: some Encodable) throws -> JSONValue {
    switch value {
    case let value as JSONValue: return value
    case let value as Date: return .string(value.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    case let value as [String: any Encodable]: return .object(try value.mapValues { try tree(of: $0) })
    default:
      let encoder = TreeEncoder()
      try value.encode(to: encoder)
      return encoder.tree
    }
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    tree = .object(fields)
    return KeyedEncodingContainer(TreeFields(encoder: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    tree = .array(elements)
    return TreeElements(encoder: self)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { TreeValue(encoder: self) }

  /// Sets a field of the object.
  func set(_ key: String, _ value: JSONValue) {
    fields[JSONText.key(key)] = value
    tree = .object(fields)
  }

  /// Adds an element to the array; says how many there are.
  @discardableResult func append(_ value: JSONValue?) -> Int {
    if let value {
      elements.append(value)
      tree = .array(elements)
    }
    return elements.count
  }

  /// Sets the value itself.
  func set(_ value: JSONValue) { tree = value }
}
