/// Value for a placeholder in a statement.
///
/// The server infers the type from the statement; cast where it cannot: `$1::bigint`. Values are never printed.
///
/// ```swift
/// try await connection.query("select $1::int + $2::int", [1, .integer(count)])
/// ```
public struct PostgresParameter: Sendable, Hashable {
  /// Value in PostgreSQL's text format; nil is null.
  package let text: String?

  /// Null.
  public static let null = PostgresParameter(text: nil)

  /// Value in PostgreSQL's text format, null for nil.
  public static func text(_ value: String?) -> PostgresParameter { PostgresParameter(text: value) }

  /// Whole number, null for nil.
  public static func integer(_ value: (some FixedWidthInteger)?) -> PostgresParameter {
    PostgresParameter(text: value.map { String($0) })
  }

  /// Number, null for nil.
  public static func double(_ value: Double?) -> PostgresParameter { PostgresParameter(text: value.map { "\($0)" }) }

  /// Truth value, null for nil.
  public static func bool(_ value: Bool?) -> PostgresParameter {
    PostgresParameter(text: value.map { $0 ? "t" : "f" })
  }

  /// Array of text, null for nil; elements may be null.
  public static func array(_ value: [String?]?) -> PostgresParameter {
    PostgresParameter(text: value.map(PostgresArrayText.write))
  }
}
