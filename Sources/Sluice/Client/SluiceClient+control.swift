internal import Postgres

extension SluiceClient {
  /// Limits the rate of all workers together; nil lifts the limit.
  public func throttle(_ name: String, rowsPerSecond: Double?) async throws {
    _ = try await query("select sluice.throttle($1, $2)", [.text(name), .double(rowsPerSecond)])
  }

  /// Stops a migration after the batches in hand, until `resume`.
  public func pause(_ name: String) async throws {
    _ = try await query("select sluice.pause($1)", [.text(name)])
  }

  /// Lets a paused migration go on from its cursors.
  public func resume(_ name: String) async throws {
    _ = try await query("select sluice.resume($1)", [.text(name)])
  }

  /// Ends a run; what is done stays done.
  public func cancel(_ name: String, reason: String? = nil) async throws {
    _ = try await query("select sluice.cancel($1, $2)", [.text(name), .text(reason)])
  }

  /// Takes up failed ranges and quarantined rows again, and returns how many.
  @discardableResult public func retry(_ name: String) async throws -> Int {
    try await number("select sluice.retry($1)", name)
  }

  /// Begins again from the first row.
  public func restart(_ name: String) async throws {
    _ = try await query("select sluice.restart($1)", [.text(name)])
  }

  /// Finishes a failed migration although rows stay as they are, and returns how many were put aside.
  @discardableResult public func acceptRemaining(_ name: String) async throws -> Int {
    try await number("select sluice.accept_remaining($1)", name)
  }

  private func number(_ sql: String, _ name: String) async throws -> Int {
    try await withSharedConnection { connection in
      try await connection.query(sql, [.text(name)], deadline: .now + Self.callTime).single().get(at: 0)
    }
  }
}
