import Postgres
import Sluice
import Testing

@testable import SluiceCLI

/// How errors become exit codes and documents.
@Suite struct OutcomeTests {
  @Test(
    "Each SQLSTATE leads to its exit code",
    arguments: [
      ("SL001", 65), ("SL002", 66), ("SL003", 65), ("SL004", 65), ("SL005", 65), ("SL006", 2), ("SL007", 77),
      ("SL009", 65), ("SL010", 75), ("SL012", 2), ("SL013", 78), ("SL014", 75), ("SL015", 77), ("SL016", 65),
      ("SL020", 2), ("SL021", 2),
      ("SL022", 2), ("SL023", 65), ("42703", 65), ("42501", 77), ("22007", 65), ("28P01", 77), ("57P01", 69),
      ("25006", 78), ("55P03", 75), ("40P01", 75), ("XX000", 1),
    ])
  func mapsStates(state: String, status: Int) {
    var error = PostgresError(.server, "no")
    error.sqlState = state
    #expect(Failure(error).status.rawValue == Int32(status))
  }

  @Test("An absent, older or newer schema ends with 73")
  func mapsSchema() {
    for code in [SluiceError.Code.schemaAbsent, .schemaOlder, .schemaNewer, .schemaIsExtension, .schemaForeign] {
      #expect(Failure(SluiceError(code, "no")).status == .schemaMismatch)
    }
  }

  @Test("A server that recovers is to be waited for, and its detail is told once")
  func recovers() {
    var error = PostgresError(
      .connectionFailed, "connection to server failed: FATAL: the database system is not yet accepting connections")
    error.sqlState = "57P03"
    error.detail = "Consistent recovery state has not been yet reached."
    let failure = Failure(error)
    #expect(failure.status == .unavailable)
    #expect(failure.detail == "Consistent recovery state has not been yet reached.")
    #expect(failure.hint == "Wait until the server is up, then try again.")
  }

  @Test(
    "What the server answers at a login decides by its SQLSTATE, in any language",
    arguments: [
      ("28000", nil, 77), ("28P01", nil, 77), ("3D000", nil, 66), ("42501", nil, 77), ("55000", nil, 77),
      ("57P03", nil, 69), ("57P01", nil, 69), ("53300", nil, 69), ("53200", nil, 69), ("08P01", nil, 69),
      ("42704", nil, 64), ("P0001", "a", 77), ("42704", "a", 77), ("3D000", "a", 77), ("53300", "a", 69),
    ] as [(String, String?, Int32)])
  func answersLogins(state: String, context: String?, status: Int32) {
    var error = PostgresError(.connectionFailed, "connection to server at \"h\" failed: SCHWERWIEGEND: nein")
    error.sqlState = state
    error.context = context
    let failure = Failure(error)
    #expect(failure.status.rawValue == status)
    #expect(failure.hint?.contains("running there") == false)
  }

  @Test("An error document has all keys, null where nothing is known")
  func writesErrors() throws {
    let failure = Failure(.usage, "say \"please\"", hint: "See sluice help.")
    #expect(
      try JSONText.encode(ErrorDocument(failure))
        == #"{"error":{"code":64,"detail":null,"hint":"See sluice help.","message":"say \"please\"","sqlstate":null}}"#)
  }

  @Test("Keys are written in snake case, absent values as null, nested values too")
  func writesTrees() throws {
    struct Inner: Encodable { let aDate: String? }
    struct Outer: Encodable {
      let rowsDone: Int
      let all: [Inner]
      let share: Double?
      let note: JSONValue
    }
    let value = Outer(
      rowsDone: 1, all: [Inner(aDate: nil), Inner(aDate: "x")], share: 0.5, note: .object(["k": .null]))
    #expect(
      try JSONText.encode(value)
        == #"{"all":[{"a_date":null},{"a_date":"x"}],"note":{"k":null},"rows_done":1,"share":0.5}"#)
    #expect(try JSONText.encode(["nothing": [Inner]()]) == #"{"nothing":[]}"#)
  }
}
