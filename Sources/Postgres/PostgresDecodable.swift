/// Type that can be read from a value in PostgreSQL's text format.
public protocol PostgresDecodable {
  /// Reads a value; nil is null.
  ///
  /// - Throws: `PostgresDecodingFailure`, without the value, which may be secret.
  init(postgresText: String?) throws(PostgresDecodingFailure)
}
