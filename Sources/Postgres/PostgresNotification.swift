/// One NOTIFY as it reached a listening connection.
public struct PostgresNotification: Sendable, Hashable {
  /// Channel on which it was sent.
  public var channel: String
  /// Payload; empty when the sender gave none.
  public var payload: String
  /// Process id of the backend that sent it.
  public var processID: Int32
}
