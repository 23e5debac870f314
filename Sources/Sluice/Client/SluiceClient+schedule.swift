public import FoundationEssentials
internal import Postgres

extension SluiceClient {
  /// Measures, and says what a schedule would come to; changes nothing.
  public func plan(
    _ name: String, within: Duration? = nil, workers: Int = 1, during: [String] = [], starting: Date? = nil
  ) async throws -> Plan {
    var arguments = NamedArguments()
    arguments.add("name", .text(name))
    arguments.add("within", within.map { .interval($0) }, as: "interval")
    arguments.add("workers", .integer(workers))
    if !during.isEmpty { arguments.add("during", .array(during)) }
    arguments.add("starting", starting.map { .date($0) })
    return try await onlyRow("select \(Plan.columns) from sluice.plan(\(arguments.sql))", arguments)
  }

  /// Shows some rows as they are and as the migration would leave them; changes nothing.
  ///
  /// Where the rows go to application code, the migration that has it is needed; otherwise they are shown as they are.
  public func preview(
    _ name: String, rows: Int = 10, handlers: [any HandlerMigration.Type] = []
  ) async throws -> [PreviewRow] {
    if let handler = RegisteredHandler.byName(handlers).values.first {
      return try await preview(name, rows: rows, by: handler)
    }
    return try await self.rows(
      "select \(PreviewRow.columns) from sluice.preview($1, $2)", [.text(name), .integer(rows)], within: Self.probeTime)
  }

  /// Plans and schedules a migration, or throws `deadlineImpossible` with the numbers.
  ///
  /// - Parameters:
  ///   - name: migration.
  ///   - within: time until the deadline; nil for gently, without one.
  ///   - starting: when the first batch may run; nil for now.
  ///   - workers: batches that may run side by side.
  ///   - priority: from -100 to 100; higher goes first.
  ///   - during: names of windows; none for at any time.
  ///   - immediately: without pauses and windows.
  /// - Returns: the plan.
  /// - Throws: `SluiceError`: `deadlineImpossible`, `wrongState`, `invalidArgument` and others.
  @discardableResult public func schedule(
    _ name: String, within: Duration? = nil, starting: Date? = nil, workers: Int = 1, priority: Int = 0,
    during: [String] = [], immediately: Bool = false
  ) async throws -> Plan {
    let arguments = scheduleArguments(
      name, within, starting, workers, priority, during.isEmpty ? nil : during, immediately ? true : nil)
    return try await onlyRow("select \(Plan.columns) from sluice.schedule(\(arguments.sql))", arguments)
  }

  /// Schedules each migration of this role that was defined and never scheduled, without pauses and windows.
  ///
  /// - Returns: their names, those first that others come after.
  @discardableResult public func scheduleDefined(workers: Int = 1) async throws -> [String] {
    let names = try await withSharedConnection { connection in
      try await connection.query(
        """
        select d.name from sluice.definitions d join sluice.progress p on p.name = d.name
        where d.owner = session_user and p.state = 'defined' order by d.defined_at, p.migration_id
        """, deadline: .now + Self.callTime
      ).map { try $0.get(at: 0, as: String.self) }
    }
    for name in names { try await schedule(name, workers: workers, immediately: true) }
    return names
  }

  /// Scheduled migrations of other roles, where none of this role is scheduled; nothing where this role has work.
  public func scheduledElsewhere() async throws -> [ForeignMigration] {
    try await rows(ForeignMigration.query)
  }

  /// Changes the schedule of a migration, or throws `deadlineImpossible`; what is nil stays as it is.
  public func reschedule(
    _ name: String, within: Duration? = nil, starting: Date? = nil, workers: Int? = nil, priority: Int? = nil,
    during: [String]? = nil, immediately: Bool? = nil
  ) async throws {
    let arguments = scheduleArguments(name, within, starting, workers, priority, during, immediately)
    _ = try await query("select sluice.reschedule(\(arguments.sql))", arguments.parameters)
  }

  private func scheduleArguments(
    _ name: String, _ within: Duration?, _ starting: Date?, _ workers: Int?, _ priority: Int?, _ during: [String]?,
    _ immediately: Bool?
  ) -> NamedArguments {
    var arguments = NamedArguments()
    arguments.add("name", .text(name))
    arguments.add("within", within.map { .interval($0) }, as: "interval")
    arguments.add("starting", starting.map { .date($0) })
    arguments.add("workers", workers.map { .integer($0) })
    arguments.add("priority", priority.map { .integer($0) })
    arguments.add("during", during.map { .array($0) })
    arguments.add("immediately", immediately.map { .bool($0) })
    return arguments
  }

  private func onlyRow(_ sql: String, _ arguments: NamedArguments) async throws -> Plan {
    let plans: [Plan] = try await rows(sql, arguments.parameters, within: Self.probeTime)
    guard let plan = plans.first else { throw SluiceError(.unreadable, "the server gave no plan") }
    return plan
  }
}
