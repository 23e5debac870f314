internal import Postgres

/// Runs application code no longer than a time.
enum TimeLimit {
  /// Runs the body, cancels it at the end of its time, when `loss` throws or when this task is cancelled, and then waits for it no
  /// more.
  ///
  /// The body gets a task of its own, because code that takes no notice of its cancellation is not to hold a worker.
  ///
  /// - Throws: what the body or `loss` throws; `PostgresError` of code `timeout` or `cancelled`.
  static func run<Value: Sendable>(
    until end: ContinuousClock.Instant, watching loss: @escaping @Sendable () async throws -> Void,
    _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let (endings, ended) = AsyncStream.makeStream(of: Result<Value, any Error>.self)
    let work = Task {
      do { ended.yield(.success(try await body())) } catch { ended.yield(.failure(error)) }
    }
    let alarm = Task {
      try await Task.sleep(until: end)
      ended.yield(.failure(PostgresError(.timeout, "the handler took longer than a batch may take, and was cancelled")))
    }
    let watch = Task {
      do { try await loss() } catch { ended.yield(.failure(error)) }
    }
    defer {
      work.cancel()
      alarm.cancel()
      watch.cancel()
    }
    for await ending in endings { return try ending.get() }
    throw PostgresError(.cancelled, "the handler was cancelled")
  }
}
