/// One statement with its parameters, for a pipeline.
public struct PostgresStatement: Sendable {
  /// Text of one statement, without a semicolon.
  public var sql: String
  /// Values for `$1`, `$2` ...
  public var parameters: [PostgresParameter]

  /// Statement with its parameters.
  public init(_ sql: String, _ parameters: [PostgresParameter] = []) {
    self.sql = sql
    self.parameters = parameters
  }
}

extension PostgresStatement: ExpressibleByStringLiteral {
  /// Statement without parameters.
  public init(stringLiteral value: String) { self.init(value) }
}
