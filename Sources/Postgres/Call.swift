/// One call on a connection: its request, and the caller that waits for the answer.
struct Call {
  /// Number within the connection.
  let id: Int
  /// What is to be sent.
  let request: Request
  /// When the caller must have an answer.
  let deadline: ContinuousClock.Instant?
  /// The caller.
  let continuation: CheckedContinuation<[PostgresResult], any Error>
  /// Rings at the deadline, then at the end of the grace time.
  var alarm: Alarm?
  /// Rings when another cancel request is due.
  var cancelAlarm: Alarm?
}
