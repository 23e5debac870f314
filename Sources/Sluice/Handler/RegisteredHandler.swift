internal import Postgres

/// A handler as the driver knows it: its name, and a closure from rows to changes.
struct RegisteredHandler: Sendable {
  /// Name that the definition gives.
  let name: String
  /// What it does; throws `PostgresError` alone.
  let change: @Sendable ([PostgresRow], HandlerBatch) async throws -> [ChangeRecord]

  /// Handler of a migration; nil when its definition names none.
  init?<Handled: HandlerMigration>(_ migration: Handled.Type) {
    guard case .handler(let name) = migration.definition.change else { return nil }
    self.name = name
    change = { rows, batch in
      do {
        let changes = try await Handled.handle(try rows.map { try Handled.Row(from: RowDecoder(row: $0)) }, in: batch)
        let columns = Set(rows.first?.columns.map(\.name) ?? [])
        return try changes.map { try ChangeRecord($0, columns: columns) }
      } catch {
        throw PostgresError(thrownByHandler: error)
      }
    }
  }

  /// Lends the transaction to the handler, with the rows, and takes it back.
  ///
  /// - Returns: its changes, in parts for one call each.
  /// - Throws: `PostgresError`.
  func parts(
    of rows: [PostgresRow], in batch: HandlerBatch, until limit: ContinuousClock.Instant
  ) async throws -> [[ChangeRecord]] {
    let changes: [ChangeRecord]
    do {
      changes = try await TimeLimit.run(until: limit) { [change] in try await change(rows, batch) }
    } catch {
      _ = await batch.close()
      throw error
    }
    if let failure = await batch.close() { throw failure }
    return Self.parts(of: changes)
  }

  /// Handlers by name, of the migrations that have one.
  static func byName(_ migrations: [any HandlerMigration.Type]) -> [String: RegisteredHandler] {
    Dictionary(migrations.compactMap { RegisteredHandler($0) }.map { ($0.name, $0) }) { first, _ in first }
  }

  /// Changes in parts that have the same columns and are not too large for a call.
  private static func parts(of changes: [ChangeRecord]) -> [[ChangeRecord]] {
    var parts: [[ChangeRecord]] = []
    var length = 0
    for change in changes {
      length += change.length
      if let last = parts.last, last[0].columns == change.columns, length <= 16_000_000 {
        parts[parts.count - 1].append(change)
      } else {
        parts.append([change])
        length = change.length
      }
    }
    return parts
  }
}

extension PostgresError {
  /// What a handler threw, as the error of a batch.
  ///
  /// Errors of its SQL keep their SQLSTATE, and cancellation is one; all else is SL036 with the error's own description.
  init(thrownByHandler error: any Error) {
    if let error = error as? PostgresError, error.sqlState != nil || error.code == .timeout || error.code == .cancelled
    {
      self = error
    } else if error is CancellationError {
      self.init(.cancelled, "the handler was cancelled")
    } else {
      self.init(.server, "the handler failed: \(String("\(error)".prefix(1000)))")
      sqlState = "SL036"
    }
  }
}
