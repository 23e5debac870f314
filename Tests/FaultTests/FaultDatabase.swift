import Postgres
import Sluice
import SluiceTesting

/// Database of one trial, with its rows.
struct FaultDatabase: Sendable {
  /// Name of the migration.
  static let migration = "increment"

  /// The database.
  let database: TestDatabase
  /// What runs in it.
  let workload: Workload

  /// How the superuser connects, who looks and breaks things.
  var administrator: PostgresConfiguration { database.configuration }
  /// How the owner of the migration connects: drivers, and nobody else unless a test says so.
  var author: PostgresConfiguration { database.configuration.user("author") }

  /// Creates a database with the workload's rows, lends it to the body, and drops it.
  static func with(
    _ workload: Workload, on server: FaultServer = .environment, _ body: (FaultDatabase) async throws -> Void
  ) async throws {
    let database = try await TestDatabase.create(from: server.template, on: server.configuration)
    let lent = FaultDatabase(database: database, workload: workload)
    do {
      try await lent.fill()
      try await body(lent)
      try await database.drop()
    } catch {
      try? await database.drop()
      throw error
    }
  }

  /// Defines the migration and schedules it.
  func schedule() async throws {
    try await PostgresConnection.withConnection(author) { connection in
      try await connection.query(
        """
        select sluice.define($1, 'public.item', set => $2, pending => $3, walk => $4, min_batch => 1,
          max_batch => $5::integer)
        """,
        [
          .text(Self.migration), .text(workload.walk.isPredicated ? "n = n + 1, is_wanted = false" : "n = n + 1"),
          .text(workload.walk.isPredicated ? "is_wanted" : "true"),
          .text(walk), .integer(workload.maxBatch),
        ])
    }
    try await run(
      """
      update sluice_internal.migration set planned_by_blocks = true, planned_stripes = 8, planned_batch = \(workload.maxBatch)
      where walk = 'auto';
      insert into sluice.schedule (migration, workers, immediately)
      values ('\(Self.migration)', \(workload.workers), \(workload.isImmediate))
      """)
  }

  /// What the definition says of the walk; a table of this size would not make a plan choose blocks, so that is written.
  private var walk: String {
    switch workload.walk {
    case .key, .pending: "key"
    case .stripes: "striped"
    case .blocks: "auto"
    }
  }

  /// Runs a script as the superuser.
  func run(_ sql: String) async throws {
    try await PostgresConnection.withConnection(administrator) { _ = try await $0.script(sql) }
  }

  private func fill() async throws {
    try await run(
      """
      alter database \(database.name) set sluice.test_database = 'on';
      set session authorization sluice_owner;
      select sluice.adopt();
      set session authorization author;
      insert into truth
      select id, \(workload.walk.isPredicated ? "id % 4 <> 0" : "true") from generate_series(1, \(workload.rows)) as id;
      insert into item (id, is_wanted) select id, is_selected from truth;
      insert into trouble values (\(workload.trouble), \(workload.slowness));
      analyze item;
      """)
  }
}
