import Logging
import Postgres
import ServiceLifecycle
import SluiceTesting
import Testing

@testable import Sluice
@testable import SluiceSchema

/// A driver in the process of an application lives on while its database cannot be used.
@Suite("A driver whose database cannot be used", .timeLimit(.minutes(5)))
struct UnavailableTests {
  /// What the application does meanwhile; when it has done it, the process is to end.
  private struct Application: Service {
    let body: @Sendable () async throws -> Void
    func run() async throws { try await body() }
  }

  /// Runs a driver as a service beside another, as an application does.
  private func withDriver(
    _ configuration: PostgresConfiguration, _ log: LogCollector, schema: SchemaSource = .embedded,
    _ body: @escaping @Sendable () async throws -> Void
  ) async throws {
    let driver = SluiceDriver(
      configuration: configuration, options: DriverOptions(pollInterval: .milliseconds(100)), logger: log.logger,
      schema: schema)
    let services: [ServiceGroupConfiguration.ServiceConfiguration] = [
      .init(service: driver),
      .init(service: Application(body: body), successTerminationBehavior: .gracefullyShutdownGroup),
    ]
    try await ServiceGroup(configuration: .init(services: services, logger: .silent)).run()
  }

  private func refusals(_ log: LogCollector) -> Int {
    log.lines.count { $0 == "error cannot run migrations; tries again" }
  }

  @Test("waits for the upgrade of a schema, says so once, and then works")
  func older() async throws {
    try await SluiceDatabase.with(rows: 500) { database in
      try await database.scheduleIncrement()
      let log = LogCollector()
      try await withDriver(database.author, log, schema: .next) {
        try await waitUntil("it was refused") { refusals(log) > 0 }
        #expect(try await database.number("select count(*) from ledger") == 0)
        try await SchemaInstaller(source: .next).install(on: database.owner)
        try await waitUntil("the migration is finished") {
          try await database.number("select sluice.finished('increment')::integer") == 1
        }
      }
      #expect(refusals(log) == 1)
      #expect(try await database.mistakes() == 0)
    }
  }

  @Test("outlives an upgrade that makes the schema newer than it is, and leaves the work to others")
  func newer() async throws {
    try await SluiceDatabase.with(rows: 20_000) { database in
      try await database.scheduleIncrement()
      let log = LogCollector()
      try await withDriver(database.author, log) {
        try await waitUntil("batches were run") { try await database.number("select count(*) from sluice.history") > 3 }
        try await SchemaInstaller(source: .next).install(on: database.owner)
        try await waitUntil("it was refused") { refusals(log) > 0 }
        let options = DriverOptions(pollInterval: .milliseconds(100))
        let next = SluiceDriver(configuration: database.author, options: options, logger: .silent, schema: .next)
        #expect(try await next.runUntilIdle()["increment"]?.kind == .finished)
      }
      #expect(refusals(log) == 1)
      #expect(try await database.mistakes() == 0)
    }
  }

  @Test("starts before its server, and its process may be shut down meanwhile")
  func absent() async throws {
    let log = LogCollector()
    try await withDriver(PostgresConfiguration("host=/nonexistent"), log) {
      try await waitUntil("it was refused") { refusals(log) > 0 }
    }
    #expect(refusals(log) == 1)
  }
}
