extension String: PostgresDecodable {
  /// Text as it is.
  public init(postgresText: String?) throws(PostgresDecodingFailure) {
    guard let postgresText else { throw .null }
    self = postgresText
  }
}

extension PostgresDecodable where Self: FixedWidthInteger {
  /// Decimal number that fits.
  public init(postgresText: String?) throws(PostgresDecodingFailure) {
    guard let postgresText else { throw .null }
    guard let value = Self(postgresText, radix: 10) else { throw .unreadable(expected: "\(Self.self)") }
    self = value
  }
}

extension Int: PostgresDecodable {}
extension Int16: PostgresDecodable {}
extension Int32: PostgresDecodable {}
extension Int64: PostgresDecodable {}
extension UInt32: PostgresDecodable {}

extension Double: PostgresDecodable {
  /// Number, `Infinity` and `NaN` included.
  public init(postgresText: String?) throws(PostgresDecodingFailure) {
    guard let postgresText else { throw .null }
    guard let value = Double(postgresText) else { throw .unreadable(expected: "Double") }
    self = value
  }
}

extension Float: PostgresDecodable {
  /// Number, `Infinity` and `NaN` included.
  public init(postgresText: String?) throws(PostgresDecodingFailure) {
    guard let postgresText else { throw .null }
    guard let value = Float(postgresText) else { throw .unreadable(expected: "Float") }
    self = value
  }
}

extension Bool: PostgresDecodable {
  /// `t` or `f`.
  public init(postgresText: String?) throws(PostgresDecodingFailure) {
    switch postgresText {
    case nil: throw .null
    case "t": self = true
    case "f": self = false
    default: throw .unreadable(expected: "Bool")
    }
  }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
  /// Null becomes nil.
  public init(postgresText: String?) throws(PostgresDecodingFailure) {
    guard let postgresText else {
      self = nil
      return
    }
    self = try Wrapped(postgresText: postgresText)
  }
}
