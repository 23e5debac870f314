internal import Postgres

/// A handler as the driver knows it: its name, and a closure from rows to changes.
struct RegisteredHandler: Sendable {
  /// Name that the definition gives.
  let name: String
  /// Migration that it was written for.
  let definition: Definition
  /// What it does; throws `PostgresError` alone.
  let change: @Sendable ([PostgresRow], HandlerBatch) async throws -> [ChangeRecord]

  /// Handler of a migration; nil when its definition names none.
  init?<Handled: HandlerMigration>(_ migration: Handled.Type) {
    guard case .handler(let name) = migration.definition.change else { return nil }
    self.name = name
    definition = migration.definition
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
      changes = try await TimeLimit.run(until: limit, watching: batch.waitForLoss) { [change] in
        try await change(rows, batch)
      }
    } catch {
      _ = await batch.close()
      throw error
    }
    if let failure = await batch.close() { throw failure }
    return Self.parts(of: changes)
  }

  /// How the definition differs from that of its name in the database, in what says which rows the handler gets; nil where it does
  /// not, or where there is none.
  func difference(on connection: PostgresConnection) async throws -> DefinitionComparison? {
    var comparison: DefinitionComparison
    do {
      comparison = try await definition.compare(on: connection, deadline: .now + .seconds(60))
    } catch let error as PostgresError where error.code == .server {
      // a table that is not there, for instance, is the target of no definition
      let known = try await connection.query(
        "select from sluice.definitions d where d.name = $1", [.text(definition.name)], deadline: .now + .seconds(60))
      if known.isEmpty { return nil }
      return DefinitionComparison(
        name: definition.name, verdict: .different,
        differences: [ArgumentDifference(argument: "target", inCode: .string(definition.target))])
    }
    comparison.differences.removeAll { !["target", "pending", "key", "handler"].contains($0.argument) }
    return comparison.differences.isEmpty ? nil : comparison
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
