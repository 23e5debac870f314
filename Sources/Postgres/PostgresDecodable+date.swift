public import FoundationEssentials

extension Date: PostgresDecodable {
  /// `date`, `timestamp` (taken as UTC) or `timestamptz` in DateStyle ISO; `infinity` becomes the distant future.
  public init(postgresText: String?) throws(PostgresDecodingFailure) {
    guard let postgresText else { throw .null }
    guard let value = PostgresTimestampText.parse(postgresText) else {
      throw .unreadable(expected: "Date (with DateStyle ISO)")
    }
    self = value
  }
}

extension UUID: PostgresDecodable {
  /// Canonical text, such as `a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11`.
  public init(postgresText: String?) throws(PostgresDecodingFailure) {
    guard let postgresText else { throw .null }
    guard let value = UUID(uuidString: postgresText) else { throw .unreadable(expected: "UUID") }
    self = value
  }
}
