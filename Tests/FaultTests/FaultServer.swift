import Postgres
import SluiceSchema
import SluiceTesting

/// A server with a template of the database that the faults happen to.
///
/// `item` has an id and a number, `truth` says which rows are to be changed, and a trigger writes each change into
/// `ledger`, so that what was done twice, or not at all, can be told by SQL that knows nothing of Sluice.
struct FaultServer: Sendable {
  /// The server that the environment names.
  static let environment = FaultServer(.environment)

  /// How to connect as the superuser.
  let configuration: PostgresConfiguration
  /// What databases are made from.
  let template: TestTemplate

  /// Server of a configuration, such as that of a cluster.
  init(_ configuration: PostgresConfiguration) {
    self.configuration = configuration
    template = TestTemplate("faults", on: configuration) { try await Self.prepare($0) }
  }

  private static func prepare(_ connection: PostgresConnection) async throws {
    for role in ["sluice_owner", "author"] {
      do {
        try await connection.query("create role \(role) login")
      } catch let error as PostgresError where ["42710", "23505"].contains(error.sqlState) {
        // Another suite has made it.
      }
    }
    let name = try await connection.query("select current_database()").single().get(at: 0, as: String.self)
    try await connection.script(
      """
      grant create on database \(PostgresConnection.quote(name)) to sluice_owner;
      grant create on schema public to author;
      alter database \(PostgresConnection.quote(name)) owner to sluice_owner;
      """)
    try await SchemaInstaller().install(on: connection.configuration.user("sluice_owner"))
    try await connection.script(
      """
      set session authorization sluice_owner;
      select sluice.grant_author('author');
      update sluice.policy
      set poll_interval = '200 milliseconds', first_retry_after = '5 milliseconds', last_retry_after = '50 milliseconds',
        max_attempts = 1000000;
      update sluice.guard set enabled = false;
      set session authorization author;
      create table item (
        id bigint primary key, n integer not null default 0, is_wanted boolean not null default true);
      create table truth (id bigint primary key, is_selected boolean not null);
      create table ledger (item_id bigint not null, n integer not null);
      create table trouble (share double precision not null, slowness double precision not null);
      create function write_ledger() returns trigger language plpgsql as $$
      begin
        insert into ledger values (new.id, new.n);
        return null;
      end
      $$;
      create function meet_trouble() returns trigger language plpgsql as $$
      begin
        perform pg_sleep(slowness) from trouble where slowness > 0;
        if random() < (select share from trouble) then
          raise exception 'bad luck' using errcode = 'serialization_failure';
        end if;
        return null;
      end
      $$;
      create trigger write_ledger after update on item for each row execute function write_ledger();
      create trigger meet_trouble before update on item for each statement execute function meet_trouble();
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
