internal import FoundationEssentials

/// Value read from a `json` or `jsonb` column.
///
/// ```swift
/// struct Point: Decodable { var x, y: Int }
/// let point = try row.get("point", as: PostgresJSON<Point>.self).value
/// ```
public struct PostgresJSON<Value: Decodable>: PostgresDecodable {
  /// Decoded value.
  public let value: Value

  /// Decodes JSON text with a plain `JSONDecoder`.
  public init(postgresText: String?) throws(PostgresDecodingFailure) {
    guard let postgresText else { throw .null }
    do {
      value = try JSONDecoder().decode(Value.self, from: Data(postgresText.utf8))
    } catch {
      throw .unreadable(expected: "JSON of \(Value.self)")
    }
  }
}

extension PostgresJSON: Sendable where Value: Sendable {}
