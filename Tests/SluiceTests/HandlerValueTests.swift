import FoundationEssentials
import Postgres
import Sluice
import SluiceTesting
import Testing

/// Values that a handler reads and writes, and keys that tell its rows.
@Suite("A handler's values", .timeLimit(.minutes(2)))
struct HandlerValueTests {
  /// Reads each column and writes it into its neighbour.
  struct Copy: HandlerMigration {
    static let definition = Definition("copy", target: "public.things") {
      Pending("not done")
      Handler()
    }

    enum Mood: String, Codable { case glad, sad }
    struct Point: Codable { let x: Int, y: [Double] }

    struct Row: Decodable {
      let id: Int64, i: Int32?, b: Bool?, f: Double?, r: Float?, t: String?, y: Data?, u: UUID?, n: String?, m: Date?
      let d: Date?, a: [Int?]?, s: [String]?, p: Point?, mood: Mood?, j: JSONValue?
    }

    struct Change: Encodable {
      let id: Int64, i2: Int32?, b2: Bool?, f2: Double?, r2: Float?, t2: String?, y2: [UInt8]?, u2: UUID?, n2: String?
      let m2: Date?, d2: Date?, a2: [Int?]?, s2: [String]?, p2: Point?, mood2: Mood?, j2: JSONValue?
      let done = true
    }

    static func handle(_ rows: [Row], in batch: HandlerBatch) async throws -> [Change] {
      rows.map {
        Change(
          id: $0.id, i2: $0.i, b2: $0.b, f2: $0.f, r2: $0.r, t2: $0.t, y2: $0.y.map(Array.init), u2: $0.u, n2: $0.n,
          m2: $0.m, d2: $0.d, a2: $0.a, s2: $0.s, p2: $0.p, mood2: $0.mood, j2: $0.j)
      }
    }
  }

  @Test("are the same in Swift and in the table, null and the largest included, whatever the session's formats")
  func values() async throws {
    try await SluiceDatabase.with { database in
      let columns = ["i", "b", "f", "r", "t", "y", "u", "n", "m", "d", "a", "s", "p", "mood", "j"]
      try await database.asAuthor { author in
        try await author.script(
          """
          create table things (id bigint primary key, done boolean not null default false,
            i integer, b boolean, f float8, r real, t text, y bytea, u uuid, n numeric, m timestamptz, d date, a integer[],
            s text[], p jsonb, mood text, j jsonb,
            i2 integer default 0, b2 boolean default true, f2 float8 default 0, r2 real default 0, t2 text default '',
            y2 bytea default '', u2 uuid default gen_random_uuid(), n2 numeric default 0, m2 timestamptz default now(),
            d2 date default now(), a2 integer[] default '{}', s2 text[] default '{}', p2 jsonb default '{}',
            mood2 text default '', j2 jsonb default '{}');
          insert into things (id) values (0);
          insert into things (id, i, b, f, r, t, y, u, n, m, d, a, s, p, mood, j) values
            (1, -2147483648, true, 'NaN', 'Infinity', e'it''s "ü" \\\\ \\n 🦊', '\\x00ff5c', gen_random_uuid(),
              12345678901234567890.123456789, '2026-11-23 01:02:03.456789+05:30', '1999-12-31', '{1,NULL,-3}',
              array['a,b', '', 'NULL', e'q"\\\\'], '{"x": 1, "y": [0.1, 2]}', 'glad', '"text"'),
            (2, 0, false, 0.1, 1e-7, '', '', '00000000-0000-0000-0000-000000000000', 'NaN', '1969-12-31 23:59:59.5Z',
              '0001-01-01', '{}', '{}', '{"x": -1, "y": []}', 'sad', '[null, {"a": "\\u00fc"}, 1.5]'),
            (3, 1, true, 1e308, 0.1, repeat('ü\\"', 350000), decode(repeat('00ff', 500000), 'hex'), null, -0.00, null, null,
              null, null, null, null, 'null')
          """)
      }
      try await PostgresConnection.withConnection(database.administrator) { administrator in
        try await administrator.script(
          """
          do $$
          declare
            setting text;
          begin
            foreach setting in array array[
              'datestyle to ''German, DMY''', 'bytea_output to escape', 'extra_float_digits to -5', 'timezone to ''Asia/Kolkata''']
            loop
              execute format('alter role author in database %I set %s', current_database(), setting);
            end loop;
          end
          $$
          """)
      }
      try await database.schedule(Copy.self)
      let outcomes = try await database.driver(Copy.self).runUntilIdle()
      #expect(outcomes["copy"]?.kind == .finished)
      let refused = try await database.asAuthor { author in
        try await author.query("select key::text || ': ' || message from sluice.quarantined")
      }
      let reasons = try refused.map { try $0.get(at: 0, as: String.self) }
      #expect(reasons == [])
      for column in columns {
        let different = try await database.number(
          "select count(*) from things where \(column) is distinct from \(column)2")
        #expect(different == 0, "\(column)")
      }
      #expect(try await database.number("select count(*) from things where done") == 4)
    }
  }

  /// Tells rows by a composite key.
  struct ByPair: HandlerMigration {
    static let definition = Definition("by_pair", target: "public.pairs") {
      Pending("doubled is null")
      Handler("doubling")
      Walk(.key)
      Batch(min: 1, max: 30)
    }

    struct Row: Codable {
      let Tenant: String
      let id: UUID
      let n: Int
      var doubled: Int?
    }

    static func handle(_ rows: [Row], in batch: HandlerBatch) async throws -> [Row] {
      rows.map { Row(Tenant: $0.Tenant, id: $0.id, n: $0.n, doubled: 2 * $0.n) }
    }
  }

  /// Tells rows by where they lie.
  struct ByPlace: HandlerMigration {
    static let definition = Definition("by_place", target: "public.loose") {
      Pending("doubled is null")
      Walk(.blocks)
      Handler()
    }

    struct Row: Codable {
      let ctid: String
      let n: Int
      var doubled: Int?
    }

    static func handle(_ rows: [Row], in batch: HandlerBatch) async throws -> [Row] {
      rows.map { Row(ctid: $0.ctid, n: $0.n, doubled: 2 * $0.n) }
    }
  }

  @Test("find their rows by a key of several columns, in partitions, and without any key")
  func keys() async throws {
    try await SluiceDatabase.with { database in
      try await database.asAuthor { author in
        try await author.script(
          """
          create table pairs ("Tenant" text, id uuid, n integer, doubled integer, primary key ("Tenant", id))
            partition by list ("Tenant");
          create table pairs_a partition of pairs for values in ('a''"%s');
          create table pairs_b partition of pairs for values in ('b');
          insert into pairs select case when i % 3 = 0 then 'b' else 'a''"%s' end, gen_random_uuid(), i
            from generate_series(1, 300) as i;
          create table loose (n integer, doubled integer);
          insert into loose select generate_series(1, 3000);
          analyze
          """)
      }
      try await database.schedule(ByPair.self, workers: 2)
      try await database.schedule(ByPlace.self)
      let outcomes = try await database.driver(workers: 2, ByPair.self, ByPlace.self).runUntilIdle()
      #expect(outcomes.values.allSatisfy { $0.kind == .finished })
      #expect(try await database.number("select count(*) from pairs where doubled is distinct from 2 * n") == 0)
      #expect(try await database.number("select count(*) from loose where doubled is distinct from 2 * n") == 0)
    }
  }

  /// Writes by SQL of its own alone.
  struct Mover: HandlerMigration {
    static let definition = Definition("mover", target: "public.item") {
      Pending("n = 0")
      Handler()
    }

    struct Row: Decodable { let id: Int }

    static func handle(_ rows: [Row], in batch: HandlerBatch) async throws -> [Never] {
      let ids: [Row] = try await batch.rows(
        "select id from item where id = any ($1)", [.array(rows.map { "\($0.id)" })])
      try await batch.query("update item set n = n + 1 where id = any ($1)", [.array(ids.map { "\($0.id)" })])
      return []
    }
  }

  @Test("may all be written by its own SQL, in the transaction of the batch")
  func ownSQL() async throws {
    try await SluiceDatabase.with(rows: 1500) { database in
      try await database.schedule(Mover.self)
      let outcomes = try await database.driver(Mover.self).runUntilIdle()
      #expect(outcomes["mover"]?.kind == .finished)
      #expect(try await database.mistakes() == 0)
    }
  }

  /// Leaves every row as it is.
  struct Idler: HandlerMigration {
    static let definition = Definition("idler", target: "public.item") {
      Pending("n = 0")
      Handler()
    }

    static func handle(_ rows: [Mover.Row], in batch: HandlerBatch) async throws -> [Never] { [] }
  }

  @Test("that stay as they were are found by the verification, and not passed over")
  func idle() async throws {
    try await SluiceDatabase.with(rows: 20) { database in
      try await database.schedule(Idler.self)
      let outcomes = try await database.driver(Idler.self).runUntilIdle()
      #expect(outcomes["idler"]?.kind == .failed)
      #expect(outcomes["idler"]?.reason?.contains("stay pending although they were visited twice") == true)
    }
  }
}
