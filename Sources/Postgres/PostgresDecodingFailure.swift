/// Why a value could not be read; it never contains the value.
public enum PostgresDecodingFailure: Error, Sendable, Hashable {
  /// The value is null and the type has no place for it.
  case null
  /// The text is not one of the expected type, which is named.
  case unreadable(expected: String)
}
