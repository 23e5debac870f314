extension Array: PostgresDecodable where Element: PostgresDecodable {
  /// One-dimensional array, such as `{a,"b c",NULL}`.
  public init(postgresText: String?) throws(PostgresDecodingFailure) {
    guard let postgresText else { throw .null }
    guard let cells = PostgresArrayText.parse(postgresText) else {
      throw .unreadable(expected: "one-dimensional array of \(Element.self)")
    }
    var values: [Element] = []
    for cell in cells { values.append(try Element(postgresText: cell)) }
    self = values
  }
}
