/// Waits until a condition holds, asking again and again, and returns when it does.
///
/// ```swift
/// try await waitUntil("the backend is gone", within: .seconds(5)) {
///   try await observer.query("select 1 from pg_stat_activity where pid = $1", [.integer(pid)]).isEmpty
/// }
/// ```
///
/// - Parameters:
///   - what: the condition in words, for the error.
///   - limit: how long to wait at most.
///   - interval: time between two looks.
///   - condition: whether it holds.
/// - Throws: `TestingError` when the time is up; what the condition throws; `CancellationError`.
public func waitUntil(
  _ what: String = "the condition holds", within limit: Duration = .seconds(60),
  every interval: Duration = .milliseconds(20), _ condition: () async throws -> Bool
) async throws {
  try await waitUntil(what, deadline: .now + limit, every: interval, condition)
}

/// Waits until a condition holds, or a deadline passes.
///
/// - Parameters:
///   - what: the condition in words, for the error.
///   - deadline: moment until which to wait.
///   - interval: time between two looks.
///   - condition: whether it holds.
/// - Throws: `TestingError` when the deadline passed; what the condition throws; `CancellationError`.
public func waitUntil(
  _ what: String = "the condition holds", deadline: ContinuousClock.Instant,
  every interval: Duration = .milliseconds(20), _ condition: () async throws -> Bool
) async throws {
  while true {
    if try await condition() { return }
    if ContinuousClock.now >= deadline { throw TestingError("waited in vain until \(what)") }
    try await Task.sleep(for: interval)
  }
}
