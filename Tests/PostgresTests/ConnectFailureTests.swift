import Testing

@testable import Postgres

/// What libpq says of a failed handshake, as an error.
@Suite("The text of a failed handshake") struct ConnectFailureTests {
  @Test("gives SQLSTATE, detail and hint their fields")
  func fields() {
    let error = LibPQResult.connectFailure(
      """
      connection to server on socket "/tmp/.s.PGSQL.5432" failed: FATAL:  57P03: the database system is not yet accepting \
      connections
      DETAIL:  Consistent recovery state has not been yet reached.
      HINT:  Wait a little.
      LOCATION:  ProcessStartupPacket, postmaster.c:2400

      """)
    #expect(error.message.hasSuffix("failed: FATAL: the database system is not yet accepting connections"))
    #expect(error.sqlState == "57P03")
    #expect(error.detail == "Consistent recovery state has not been yet reached.")
    #expect(error.hint == "Wait a little.")
  }

  @Test("gives the context a field, too, in any language of the server")
  func context() {
    let error = LibPQResult.connectFailure(
      """
      connection to server on socket "/tmp/.s.PGSQL.5432" failed: SCHWERWIEGEND:  P0001: no logins in the night
      CONTEXT:  PL/pgSQL function no_logins() line 3 at RAISE
      LOCATION:  exec_stmt_raise, pl_exec.c:3911

      """)
    #expect(error.message.hasSuffix("failed: SCHWERWIEGEND: no logins in the night"))
    #expect(error.sqlState == "P0001")
    #expect(error.context == "PL/pgSQL function no_logins() line 3 at RAISE")
  }

  @Test("is told as it is where the server said nothing")
  func plain() {
    let error = LibPQResult.connectFailure("connection refused\n\tIs the server running?\n")
    #expect(error.message == "connection refused; Is the server running?")
    #expect(error.detail == nil && error.hint == nil && error.sqlState == nil)
  }
}
