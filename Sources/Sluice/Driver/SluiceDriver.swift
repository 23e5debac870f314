public import Logging
public import Postgres
public import ServiceLifecycle

/// Runs batches of the migrations that its role owns, as a service of an application or of the command line.
///
/// It holds no state: everything that it knows is in the database, and it may be killed at any moment. Several drivers
/// may share a database.
///
/// ```swift
/// let driver = SluiceDriver(configuration: PostgresConfiguration("dbname=shop"), options: DriverOptions(workers: 2))
/// try await ServiceGroup(services: [driver], gracefulShutdownSignals: [.sigterm], logger: logger).run()
/// ```
public struct SluiceDriver: Service {
  let configuration: PostgresConfiguration
  let options: DriverOptions
  let handlers: [String: RegisteredHandler]
  /// Names of migrations that have a handler in code, but none in their definition.
  let unhandled: [String]
  var logger: Logger
  let installer: SchemaInstaller

  /// Driver that does nothing until it is run.
  ///
  /// Migrations whose rows go to a handler that is not among `handlers` are left to other drivers.
  public init(
    configuration: PostgresConfiguration, options: DriverOptions = DriverOptions(),
    handlers: [any HandlerMigration.Type] = [], logger: Logger = Logger(label: "sluice.driver")
  ) {
    self.init(
      configuration: configuration, options: options, handlers: handlers, logger: logger, schema: .embedded)
  }

  /// Driver for a schema, which tests make up.
  init(
    configuration: PostgresConfiguration, options: DriverOptions, handlers: [any HandlerMigration.Type] = [],
    logger: Logger, schema: SchemaSource
  ) {
    self.configuration = configuration
    self.options = options
    self.handlers = RegisteredHandler.byName(handlers)
    unhandled = handlers.filter { RegisteredHandler($0) == nil }.map { $0.definition.name }
    self.logger = logger
    installer = SchemaInstaller(source: schema)
  }

  /// Runs until the service is shut down or the task is cancelled.
  ///
  /// - Throws: with `DriverOptions.whenUnavailable` set to `fail`, `SluiceError` when the first connection cannot be made,
  ///   the server is a standby, or the schema is absent, or older or newer than this driver knows, at the start or
  ///   later. By default it logs that and tries again, after at most 10 seconds.
  public func run() async throws {
    switch options.whenUnavailable {
    case .fail: _ = try await serve(isUntilIdle: false)
    case .wait: await serveWheneverPossible()
    }
  }

  /// Works off everything that this role owns and that is due or will become due.
  ///
  /// Ends when each scheduled migration is finished, or cannot be: failed, paused, cancelled, or blocked by another one
  /// that cannot go on.
  ///
  /// - Parameter scheduled: names of migrations that the caller scheduled just now; they are in the answer also when
  ///   another driver has finished them already.
  /// - Returns: what became of each migration that was scheduled at the start or later, by name; after a shutdown or a
  ///   cancellation, those that have not ended are `interrupted`.
  /// - Throws: `SluiceError` while the database cannot be used.
  public func runUntilIdle(counting scheduled: [String] = []) async throws -> [String: MigrationOutcome] {
    try await serve(isUntilIdle: true, scheduled: scheduled)
  }
}
