import FoundationEssentials
import Logging
import Postgres
import Sluice
import SluiceTesting

/// Database with Sluice installed by a plain role, and an author with two tables.
///
/// `item` has an id and a number; a trigger writes each change of it into `ledger`, so that what was done twice, or not
/// at all, can be told by SQL that knows nothing of Sluice.
struct SluiceDatabase: Sendable {
  /// The database.
  let database: TestDatabase
  /// How the superuser connects.
  var administrator: PostgresConfiguration { database.configuration }
  /// How the owner of the schema connects.
  var owner: PostgresConfiguration { database.configuration.user("sluice_owner") }
  /// How the owner of the migrations connects.
  var author: PostgresConfiguration { database.configuration.user("author") }

  /// Database whose roles exist, with nothing in it.
  static let empty = TestTemplate("sluice_empty") { connection in
    try await connection.script(
      """
      do $$
      declare
        wanted name;
      begin
        foreach wanted in array '{sluice_owner,author}'::name[] loop
          begin
            execute format('create role %I login', wanted);
          exception when duplicate_object or unique_violation then
            null;
          end;
        end loop;
      end
      $$
      """)
  }

  private static let installed = TestTemplate("sluice_installed") { connection in
    let name = try await connection.query("select current_database()").single().get(at: 0, as: String.self)
    try await TestDatabase.withDatabase(from: empty) { _ in }
    try await connection.script(
      """
      grant create on database \(PostgresConnection.quote(name)) to sluice_owner;
      grant create on schema public to author;
      """)
    try await SchemaInstaller().install(on: connection.configuration.user("sluice_owner"))
    try await PostgresConnection.withConnection(connection.configuration.user("sluice_owner")) { owner in
      try await owner.query("select sluice.grant_author('author')")
    }
    try await PostgresConnection.withConnection(connection.configuration.user("author")) { author in
      try await author.script(
        """
        create table item (id bigint primary key, n integer not null default 0);
        create table ledger (item_id bigint not null, n integer not null);
        create function write_ledger() returns trigger language plpgsql as $$
        begin
          insert into ledger values (new.id, new.n);
          return null;
        end
        $$;
        create trigger write_ledger after update on item for each row execute function write_ledger();
        """)
    }
  }

  /// Creates a database, lends it to the body, and drops it.
  @discardableResult static func with<Value: Sendable>(
    rows: Int = 0, _ body: (SluiceDatabase) async throws -> Value
  ) async throws -> Value {
    try await TestDatabase.withDatabase(from: installed) { database in
      let sluice = SluiceDatabase(database: database)
      try await sluice.asOwner { try await $0.query("select sluice.adopt()") }
      if rows > 0 {
        try await sluice.asAuthor { author in
          try await author.script("insert into item select generate_series(1, \(rows)); analyze item")
        }
      }
      return try await body(sluice)
    }
  }

  /// Lends a connection of the schema's owner.
  @discardableResult func asOwner<Value: Sendable>(
    _ body: (PostgresConnection) async throws -> Value
  ) async throws -> Value {
    try await PostgresConnection.withConnection(owner, body)
  }

  /// Lends a connection of the migrations' owner.
  @discardableResult func asAuthor<Value: Sendable>(
    _ body: (PostgresConnection) async throws -> Value
  ) async throws -> Value {
    try await PostgresConnection.withConnection(author, body)
  }

  /// Lends a client of the migrations' owner.
  @discardableResult func withClient<Value: Sendable>(
    _ body: (SluiceClient) async throws -> Value
  ) async throws -> Value {
    let client = SluiceClient(configuration: author, logger: .silent)
    do {
      let value = try await body(client)
      await client.close()
      return value
    } catch {
      await client.close()
      throw error
    }
  }

  /// Defines a migration that adds 1 to each row's number, which shows whatever is done twice, and schedules it.
  func scheduleIncrement(
    _ name: String = "increment", maxBatch: Int = 100, workers: Int = 1, after: [String] = []
  ) async throws {
    var definition = Definition(
      name, target: "public.item", pending: "true", change: .update(set: "n = n + 1", source: nil, match: nil))
    definition.minBatch = 1
    definition.maxBatch = maxBatch
    definition.after = after
    try await withClient { try await $0.define(definition) }
    try await schedule(name, workers: workers)
  }

  /// Schedules a migration without pauses, as a DBA may.
  func schedule(_ name: String, workers: Int = 1) async throws {
    try await asOwner { owner in
      try await owner.query(
        "insert into sluice.schedule (migration, workers, immediately) values ($1, $2, true)",
        [.text(name), .integer(workers)])
    }
  }

  /// Driver for the author's migrations.
  func driver(_ options: DriverOptions = DriverOptions(pollInterval: .milliseconds(200))) -> SluiceDriver {
    SluiceDriver(configuration: author, options: options, logger: .silent)
  }

  /// One number that a query gives the author.
  func number(_ sql: String) async throws -> Int {
    try await asAuthor { try await $0.query(sql).single().get(at: 0) }
  }

  /// Rows that were not changed exactly once, but for those in a list, which must not have been changed at all.
  func mistakes(except poisoned: [Int] = []) async throws -> Int {
    try await number(
      """
      select count(*)
      from item
      left join (select item_id, count(*) as times from ledger group by item_id) as l on item_id = id
      cross join lateral (select case when id = any ('{\(poisoned.map(String.init).joined(separator: ","))}') then 0 else 1 end)
        as expected (times)
      where coalesce(l.times, 0) <> expected.times or item.n <> expected.times
      """)
  }
}

extension PostgresConfiguration {
  /// The same, as another role.
  func user(_ name: String) -> PostgresConfiguration {
    var copy = self
    copy.overrides["user"] = name
    return copy
  }
}

extension Logger {
  /// Logger that nobody reads.
  static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
