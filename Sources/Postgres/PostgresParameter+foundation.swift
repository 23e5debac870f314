public import FoundationEssentials

extension PostgresParameter {
  /// Moment for a `timestamptz`, to the microsecond; null for nil.
  public static func date(_ value: Date?) -> PostgresParameter {
    PostgresParameter(
      text: value.map { moment in
        let microseconds = (moment.timeIntervalSince1970 * 1_000_000).rounded()
        let whole = Int((microseconds / 1_000_000).rounded(.down))
        let fraction = Int(microseconds) - whole * 1_000_000
        let padded = String(String(1_000_000 + fraction).dropFirst())
        let second = Date(timeIntervalSince1970: Double(whole)).formatted(.iso8601)
        return second.dropLast() + "." + padded + "Z"
      })
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
