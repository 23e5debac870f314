public import FoundationEssentials

extension Migration {
  /// Its name.
  public static var name: String { definition.name }

  /// Defines it; the same definition again is a no-op.
  @discardableResult public static func define(on client: SluiceClient) async throws -> [PostgresNotice] {
    try await client.define(definition)
  }

  /// Defines it where that was not done, and says what a schedule would come to.
  public static func plan(
    within: Duration? = nil, workers: Int = 1, during: [String] = [], starting: Date? = nil, on client: SluiceClient
  ) async throws -> Plan {
    try await client.define(definition)
    return try await client.plan(name, within: within, workers: workers, during: during, starting: starting)
  }

  /// Defines it where that was not done, and shows some rows before and after; nothing is changed.
  public static func preview(rows: Int = 10, on client: SluiceClient) async throws -> [PreviewRow] {
    try await client.define(definition)
    return try await client.preview(name, rows: rows, handlers: handlers)
  }

  /// Defines it where that was not done, and schedules it, or throws `deadlineImpossible`.
  ///
  /// Throws `wrongState` when it is scheduled or finished already; a deploy that may be repeated calls
  /// `Migrations.schedule(within:workers:during:immediately:on:)`.
  @discardableResult public static func schedule(
    within: Duration? = nil, starting: Date? = nil, workers: Int = 1, priority: Int = 0, during: [String] = [],
    immediately: Bool = false, on client: SluiceClient
  ) async throws -> Plan {
    try await client.define(definition)
    return try await client.schedule(
      name, within: within, starting: starting, workers: workers, priority: priority, during: during,
      immediately: immediately)
  }

  /// How far it is.
  public static func progress(on client: SluiceClient) async throws -> Progress {
    try await client.progress(of: name)
  }

  /// Whether the run ended: no row was pending in its proof, or a user accepted what remains.
  public static func isFinished(on client: SluiceClient) async throws -> Bool {
    try await client.isFinished(name)
  }

  /// Throws `notFinished`, with what remains, unless it is finished.
  public static func assertFinished(on client: SluiceClient) async throws {
    try await client.assertFinished(name)
  }

  /// Defines it where that was not done, finishes it now, proves it, and leaves nothing behind.
  public static func cleanup(timeout: Duration? = nil, on client: SluiceClient) async throws {
    try await client.define(definition)
    try await client.cleanup(name, timeout: timeout, handlers: handlers)
  }

  /// Itself, where its rows go to application code.
  private static var handlers: [any HandlerMigration.Type] { (self as? any HandlerMigration.Type).map { [$0] } ?? [] }
}
