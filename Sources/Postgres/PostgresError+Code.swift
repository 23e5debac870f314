extension PostgresError {
  /// Kind of a failure; more kinds may be added, so a `switch` needs a `default`.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    /// Name of the kind.
    public let description: String

    /// No connection could be made: unreachable, refused, not let in.
    public static let connectionFailed = Code(description: "connectionFailed")
    /// The connection broke, or the server ended it.
    public static let connectionLost = Code(description: "connectionLost")
    /// The server refused a statement and the connection lives on.
    public static let server = Code(description: "server")
    /// The call's deadline passed.
    public static let timeout = Code(description: "timeout")
    /// The calling task was cancelled.
    public static let cancelled = Code(description: "cancelled")
    /// A value is not of the type asked for, is null, or its column does not exist.
    public static let decoding = Code(description: "decoding")
    /// The call cannot work as written: closed connection, bad connection string, COPY.
    public static let usage = Code(description: "usage")
  }
}
