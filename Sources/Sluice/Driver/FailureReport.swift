internal import Postgres

/// What `sluice_internal.fail` is told about a batch.
struct FailureReport: Sendable, Hashable {
  /// The lane, and the version that was claimed.
  var lane: ClaimedLane
  /// Five characters.
  var sqlState: String
  /// The server's message, or the driver's.
  var message: String
  /// Particulars.
  var detail: String?
  /// Advice.
  var hint: String?
  /// Call stack of the server.
  var context: String?
  /// Constraint that was violated.
  var constraint: String?

  /// Report of an error; where the server gave no SQLSTATE, one that says what the driver saw.
  init(_ lane: ClaimedLane, _ error: PostgresError) {
    self.lane = lane
    sqlState = error.sqlState ?? Self.sqlState(of: error.code)
    message = error.message
    detail = error.detail
    hint = error.hint
    context = error.context
    constraint = error.constraint
  }

  private static func sqlState(of code: PostgresError.Code) -> String {
    switch code {
    case .connectionLost, .connectionFailed: "08006"
    case .timeout, .cancelled: "57014"
    default: "XX000"
    }
  }
}
