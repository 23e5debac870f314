extension Migrations {
  /// Defines what is not defined, and schedules each that never was scheduled; what is scheduled, finished or stopped
  /// already is left alone, so that a deploy may be run again from the top, or twice at once.
  ///
  /// ```swift
  /// try await migrations.schedule(within: .hours(6), on: client)   // ["invoice_cents"]
  /// try await migrations.schedule(within: .hours(6), on: client)   // []
  /// ```
  ///
  /// - Parameters:
  ///   - within: time until the deadline of each; nil for gently, without one.
  ///   - workers: batches of each that may run side by side.
  ///   - during: names of windows; none for at any time.
  ///   - immediately: without pauses and windows.
  ///   - client: where.
  /// - Returns: names of those that were scheduled now, those first that others come after.
  /// - Throws: `SluiceError`: `deadlineImpossible`, or what is wrong with a definition.
  @discardableResult public func schedule(
    within: Duration? = nil, workers: Int = 1, during: [String] = [], immediately: Bool = false,
    on client: SluiceClient
  ) async throws -> [String] {
    try await define(on: client)
    var scheduled: [String] = []
    for definition in try inOrder() where try await client.progress(of: definition.name).state == "defined" {
      do {
        try await client.schedule(
          definition.name, within: within, workers: workers, during: during, immediately: immediately)
        scheduled.append(definition.name)
      } catch let error as SluiceError where error.code == .wrongState {
        // Another deploy was first, unless it is defined only, and that is not why.
        if try await client.progress(of: definition.name).state == "defined" { throw error }
      }
    }
    return scheduled
  }
}
