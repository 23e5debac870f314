extension PostgresParameter: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  /// Text.
  public init(stringLiteral value: String) { self.init(text: value) }
}

extension PostgresParameter: ExpressibleByIntegerLiteral {
  /// Whole number.
  public init(integerLiteral value: Int) { self.init(text: String(value)) }
}

extension PostgresParameter: ExpressibleByFloatLiteral {
  /// Number.
  public init(floatLiteral value: Double) { self.init(text: "\(value)") }
}

extension PostgresParameter: ExpressibleByBooleanLiteral {
  /// Truth value.
  public init(booleanLiteral value: Bool) { self.init(text: value ? "t" : "f") }
}

extension PostgresParameter: ExpressibleByNilLiteral {
  /// Null.
  public init(nilLiteral: ()) { self.init(text: nil) }
}

extension PostgresParameter: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Says only whether it is null.
  public var description: String { text == nil ? "null" : "(hidden)" }
  /// Says only whether it is null.
  public var debugDescription: String { description }
  /// Shows nothing.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
