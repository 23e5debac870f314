internal import FoundationEssentials
internal import Postgres

/// Values of a change in PostgreSQL's text format.
enum ColumnText {
  /// Truth value.
  static func of(_ value: Bool) -> String { value ? "t" : "f" }

  /// Any value: scalars, dates, UUIDs and bytes as such, arrays of these as arrays, `JSONValue` and other types as JSON.
  ///
  /// An enumeration of texts or numbers is its raw value. Nil is null.
  ///
  /// - Throws: what the encoding to JSON throws.
  static func of<Value: Encodable>(_ value: Value) throws -> String? {
    switch value {
    case let value as any OptionalValue: return try value.columnText()
    case let value as Bool: return of(value)
    case let value as String: return value
    case let value as Double: return "\(value)"
    case let value as Float: return "\(value)"
    case let value as any FixedWidthInteger: return "\(value)"
    case let value as Decimal: return "\(value)"
    case let value as Data: return bytes(value)
    // An empty array of anything passes for one of bytes.
    case let value as [UInt8] where Value.self == [UInt8].self: return bytes(value)
    case let value as UUID: return value.uuidString
    case let value as Date: return PostgresParameter.date(value).text
    case let value as JSONValue: return try json(value)
    case let value as any ArrayValue: return PostgresArrayText.write(try value.columnTexts())
    default:
      let text = try json(value)
      return text.hasPrefix("\"") ? try JSONDecoder().decode(String.self, from: Data(text.utf8)) : text
    }
  }

  private static func json(_ value: some Encodable) throws -> String {
    String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
  }

  private static func bytes(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text = Array("\\x".utf8)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}

/// Optional of something that may be encoded.
private protocol OptionalValue {
  func columnText() throws -> String?
}

extension Optional: OptionalValue where Wrapped: Encodable {
  fileprivate func columnText() throws -> String? { try map { try ColumnText.of($0) } ?? nil }
}

/// Array of something that may be encoded.
private protocol ArrayValue {
  func columnTexts() throws -> [String?]
}

extension Array: ArrayValue where Element: Encodable {
  fileprivate func columnTexts() throws -> [String?] { try map { try ColumnText.of($0) } }
}
