/// Notifications of a listening connection, as they arrive.
public struct PostgresNotifications: AsyncSequence, Sendable {
  let stream: AsyncThrowingStream<PostgresNotification, any Error>

  /// Iterator over the stream; one at a time.
  public func makeAsyncIterator() -> AsyncThrowingStream<PostgresNotification, any Error>.AsyncIterator {
    stream.makeAsyncIterator()
  }

  /// One stream, as the connection sees it.
  struct Listener {
    /// Channels whose notifications it wants.
    let channels: Set<String>
    /// Where they go.
    let continuation: AsyncThrowingStream<PostgresNotification, any Error>.Continuation

    /// Passes a notification on when it is on one of the channels.
    func deliver(_ notification: PostgresNotification) {
      if channels.contains(notification.channel) { continuation.yield(notification) }
    }
  }
}
