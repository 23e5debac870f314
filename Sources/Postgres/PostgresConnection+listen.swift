extension PostgresConnection {
  /// Listens on channels; the stream has every notification that commits after this call returned.
  ///
  /// ```swift
  /// for try await notification in try await connection.listen(to: "sluice") {
  ///   print(notification.payload)
  /// }
  /// ```
  ///
  /// The stream throws `connectionLost` when the connection breaks and ends when it is closed. It keeps the newest 1024
  /// notifications that nobody has taken; older ones are dropped.
  ///
  /// - Throws: `PostgresError` when LISTEN fails.
  public func listen(
    to channels: String..., deadline: ContinuousClock.Instant? = nil
  ) async throws -> PostgresNotifications {
    let id = nextID
    nextID += 1
    let (stream, continuation) = AsyncThrowingStream.makeStream(
      of: PostgresNotification.self, bufferingPolicy: .bufferingNewest(1024))
    continuation.onTermination = { [weak self] _ in self?.onQueue { $0.listeners[id] = nil } }
    listeners[id] = PostgresNotifications.Listener(channels: Set(channels), continuation: continuation)
    do {
      for channel in channels { try await query("listen \(Self.quote(channel))", deadline: deadline) }
    } catch {
      listeners[id] = nil
      throw error
    }
    return PostgresNotifications(stream: stream)
  }

  /// Stops to listen on a channel, for all streams of this connection.
  public func unlisten(_ channel: String, deadline: ContinuousClock.Instant? = nil) async throws {
    try await query("unlisten \(Self.quote(channel))", deadline: deadline)
  }

  /// Writes a name as a quoted identifier: `a"b` becomes `"a""b"`.
  public static func quote(_ identifier: String) -> String {
    "\"" + identifier.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
