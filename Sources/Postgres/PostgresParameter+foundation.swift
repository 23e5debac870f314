public import FoundationEssentials

extension PostgresParameter {
  /// Moment for a `timestamptz`, to the microsecond; null for nil.
  public static func date(_ value: Date?) -> PostgresParameter {
    PostgresParameter(text: value.map(PostgresTimestampText.write))
  }

  /// Universally unique id, null for nil.
  public static func uuid(_ value: UUID?) -> PostgresParameter { PostgresParameter(text: value?.uuidString) }

  /// JSON of an encodable value.
  ///
  /// - Throws: what `JSONEncoder` throws.
  public static func json(_ value: some Encodable) throws -> PostgresParameter {
    PostgresParameter(text: String(decoding: try JSONEncoder().encode(value), as: UTF8.self))
  }
}
