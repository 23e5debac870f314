import Postgres
import Sluice
import SluiceSchema
import SluiceTesting

/// A migration under way that only one guard can stop, served by a driver.
struct GuardedRun: Sendable {
  /// How the superuser connects.
  let administrator: PostgresConfiguration
  /// How the owner of the schema connects.
  let owner: PostgresConfiguration
  /// How the owner of the migration connects.
  let author: PostgresConfiguration
  /// Name of the guard.
  let name: String

  /// Runs a slow migration of `item` under one guard with thresholds of its own, while the body does what the guard looks at.
  func serve(slowAt: Double, holdAt: Double, workers: Int = 1, _ body: () async throws -> Void) async throws {
    try await PostgresConnection.withConnection(owner) { connection in
      try await connection.script(
        """
        update sluice.guard set enabled = (name = '\(name)');
        update sluice.guard set slow_at = \(slowAt), hold_at = \(holdAt) where name = '\(name)';
        update sluice.policy set poll_interval = '100 milliseconds', lock_timeout = '1 minute', statement_timeout = '1 minute',
          gentle_share = 1;
        """)
    }
    try await PostgresConnection.withConnection(author) { connection in
      try await connection.query(
        "select sluice.define('walk', 'item', set => 'n = n + 1', min_batch => 1, max_batch => 10)")
    }
    try await PostgresConnection.withConnection(owner) { connection in
      try await connection.script(
        "insert into sluice.schedule (migration, workers, max_rate) values ('walk', \(workers), 500)")
    }
    let options = DriverOptions(workers: workers, pollInterval: .milliseconds(100))
    let driver = SluiceDriver(configuration: author, options: options, logger: .silent)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await driver.run() }
      try await self.waitForBatches()
      try await body()
      group.cancelAll()
    }
  }

  /// Waits until the guard stops the migration, with its reason in the progress and an event.
  func waitUntilHeld() async throws {
    try await waitUntil("guard \(name) holds", within: .seconds(120)) {
      try await number(
        """
        select count(*) from sluice.progress p
        where p.waiting_for like 'guard \(name): %'
          and (select e.kind from sluice.events e where e.detail ->> 'guard' = '\(name)' order by e.event_id desc limit 1)
            = 'guard_holds'
        """) == 1
    }
  }

  /// Waits until the migration goes on, which an event says.
  func waitUntilReleased() async throws {
    try await waitUntil("guard \(name) lets go", within: .seconds(120)) {
      try await number(
        """
        select count(*) from sluice.progress p
        where p.waiting_for is null
          and (select e.kind from sluice.events e where e.detail ->> 'guard' = '\(name)' order by e.event_id desc limit 1)
            = 'guard_releases'
        """) == 1
    }
    try await waitForBatches()
  }

  /// Waits until batches are done that were not done before.
  func waitForBatches() async throws {
    let before = try await number("select count(*) from sluice.history where outcome = 'done'")
    try await waitUntil("batches are done") {
      try await number("select count(*) from sluice.history where outcome = 'done'") > before
    }
  }

  /// One number that a query gives the owner of the schema.
  func number(_ sql: String) async throws -> Int {
    try await PostgresConnection.withConnection(owner) { try await $0.query(sql).single().get(at: 0) }
  }
}
