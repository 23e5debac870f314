import FoundationEssentials
import Postgres
import Testing

/// Statements and what comes back.
@Suite("A query", .timeLimit(.minutes(5)))
struct QueryTests {
  @Test("returns rows with names, types and values")
  func rows() async throws {
    try await withConnection { connection in
      let result = try await connection.query("select 1::int8 as id, 'a'::text as name union all select 2, null")
      #expect(result.columns.map(\.name) == ["id", "name"])
      #expect(result.columns.map(\.typeOID) == [20, 25])
      #expect(try result.map { try $0.get("id", as: Int.self) } == [1, 2])
      #expect(try result.map { try $0.get("name", as: String?.self) } == ["a", nil])
      #expect(result.affectedRows == 2)
    }
  }

  @Test("brings values of every kind there and back")
  func roundTrip() async throws {
    let moment = Date(timeIntervalSince1970: 1_700_000_000.125)
    let id = UUID()
    try await withConnection { connection in
      let row = try await connection.query(
        "select $1::bigint, $2::float8, $3::bool, $4::timestamptz, $5::text[], $6::uuid, $7::jsonb, $8::text",
        [
          .integer(Int64.min), 0.1, true, .date(moment), .array(["a", "b \"c\" \\", nil, "", "NULL"]), .uuid(id),
          try .json(["k": [1, 2]]), .null,
        ]
      ).single()
      #expect(try row.get(at: 0, as: Int64.self) == .min)
      #expect(try row.get(at: 1, as: Double.self) == 0.1)
      #expect(try row.get(at: 2, as: Bool.self))
      #expect(try row.get(at: 3, as: Date.self) == moment)
      #expect(try row.get(at: 4, as: [String?].self) == ["a", "b \"c\" \\", nil, "", "NULL"])
      #expect(try row.get(at: 5, as: UUID.self) == id)
      #expect(try row.get(at: 6, as: PostgresJSON<[String: [Int]]>.self).value == ["k": [1, 2]])
      #expect(try row.get(at: 7, as: String?.self) == nil)
    }
  }

  @Test("reads times in any time zone", arguments: ["UTC", "Asia/Kolkata", "America/St_Johns"])
  func timeZones(_ zone: String) async throws {
    try await withConnection { connection in
      try await connection.query("select set_config('TimeZone', $1, false)", [.text(zone)])
      let row = try await connection.query(
        "select t, extract(epoch from t)::float8 as seconds from (select '1969-07-20 20:17:40.5+00'::timestamptz as t) x"
      ).single()
      #expect(try row.get("t", as: Date.self).timeIntervalSince1970 == row.get("seconds", as: Double.self))
    }
  }

  @Test("says which column is missing, null or of another type, but not its value")
  func decodingErrors() async throws {
    let row = try await withConnection { try await $0.query("select null::int as n, 'secret' as s").single() }
    let missing = try await failure { _ = try row.get("x", as: Int.self) }
    #expect(missing.code == .decoding && missing.message == "column \"x\" does not exist in the result")
    let null = try await failure { _ = try row.get("n", as: Int.self) }
    #expect(null.message == "column \"n\" is null")
    let other = try await failure { _ = try row.get("s", as: Int.self) }
    #expect(other.message == "column \"s\" of type oid 25 cannot be read as Int")
    #expect(!"\(other)".contains("secret"))
  }

  @Test("keeps notices that came long before the answer")
  func earlyNotices() async throws {
    try await withConnection { connection in
      let result = try await connection.query("do $$ begin raise notice 'early'; perform pg_sleep(0.1); end $$")
      #expect(result.notices.map(\.message) == ["early"])
      #expect(try await connection.query("select 1").notices.isEmpty)
    }
  }

  @Test("counts the rows it changed")
  func affectedRows() async throws {
    try await withConnection { connection in
      try await connection.query("create temp table t as select generate_series(1, 5) as n")
      let result = try await connection.query("update t set n = n + 1 where n > $1", [2])
      #expect(result.affectedRows == 3 && result.commandTag == "UPDATE 3")
      #expect(try await connection.query("set work_mem = '5MB'").affectedRows == nil)
    }
  }

  @Test("that fails says everything the server said, and the connection goes on")
  func serverError() async throws {
    try await withConnection { connection in
      try await connection.query("create temp table t (id int constraint t_pkey primary key)")
      try await connection.query("insert into t values (1)")
      let error = try await failure { try await connection.query("insert into t values ($1)", [1]) }
      #expect(error.code == .server && error.sqlState == "23505" && error.severity == "ERROR")
      #expect(error.constraint == "t_pkey" && error.table == "t" && error.detail == "Key (id)=(1) already exists.")
      let unknown = try await failure { try await connection.query("select nothing") }
      #expect(unknown.sqlState == "42703" && unknown.position == 8)
      #expect(try await connection.query("select count(*) from t").single().get(at: 0, as: Int.self) == 1)
    }
  }

  @Test("never shows the values of its parameters")
  func hiddenParameters() {
    let parameter = PostgresParameter.text("secret")
    let statement = PostgresStatement("select $1", [parameter])
    #expect(!"\(parameter) \(statement) \(String(reflecting: statement))".contains("secret"))
  }

  @Test("refuses a zero byte, which C would take for the end")
  func zeroBytes() async throws {
    try await withConnection { connection in
      let error = try await failure { try await connection.query("select $1::text", ["a\0b"]) }
      #expect(error.code == .usage && error.message == "parameter $1 contains a zero byte")
    }
  }

  @Test("takes answers larger than the socket's buffers, both ways")
  func largeValues() async throws {
    try await withConnection { connection in
      let large = String(repeating: "0123456789", count: 2_000_000)
      let row = try await connection.query("select $1::text || $1", [.text(large)]).single()
      #expect(try row.get(at: 0, as: String.self).utf8.count == 40_000_000)
    }
  }

  @Test("waits for its turn when several tasks share a connection")
  func turns() async throws {
    try await withConnection { connection in
      let answers = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<50 {
          group.addTask {
            try await connection.query("select $1::int", [.integer(number)]).single().get(at: 0)
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }.sorted()
      }
      #expect(answers == Array(0..<50))
    }
  }

  @Test("refuses COPY and closes the connection, which would be out of step")
  func copy() async throws {
    try await withConnection { connection in
      let error = try await failure { try await connection.query("copy (select 1) to stdout") }
      #expect(error.code == .usage && error.message == "COPY is not supported")
      #expect(await connection.isClosed)
    }
  }

  @Test("runs a script of several statements and stops at the first error")
  func script() async throws {
    try await withConnection { connection in
      let results = try await connection.script("create temp table t (n int); insert into t values (1), (2); table t")
      #expect(results.map(\.commandTag) == ["CREATE TABLE", "INSERT 0 2", "SELECT 2"])
      let error = try await failure { try await connection.script("insert into t values (3); select 1/0; select 2") }
      #expect(error.sqlState == "22012")
      #expect(try await connection.query("select count(*) from t").single().get(at: 0, as: Int.self) == 2)
    }
  }
}
