internal import FoundationEssentials
internal import Postgres
internal import Synchronization
internal import SystemC

/// Place in the life of a batch, or of a cleanup, where the process kills itself, so that tests can show what a crash there does.
///
/// Armed by `SLUICE_FAILPOINT=after_claim`, or `after_claim:3` for the third time; obeyed only on a database that is
/// marked by `alter database ... set sluice.test_database = 'on'`.
final class Failpoint: Sendable {
  /// The places.
  enum Point: String, Sendable, CaseIterable {
    /// Before the transaction begins.
    case beforeClaim = "before_claim"
    /// The lane is locked.
    case afterClaim = "after_claim"
    /// Rows are changed, the cursor is not.
    case afterRun = "after_run"
    /// Rows and cursor are changed.
    case beforeCommit = "before_commit"
    /// All is committed.
    case afterCommit = "after_commit"
    /// A batch failed and is rolled back.
    case beforeFail = "before_fail"
    /// The failure is recorded.
    case afterFail = "after_fail"
    /// A statement of `on_finish` that cannot run inside a transaction is about to be executed, and that is written down.
    case beforeOnFinish = "before_on_finish"
    /// It is executed, and that is not written down.
    case afterOnFinish = "after_on_finish"
  }

  private let point: Point
  private let left: Mutex<Int>

  /// Failpoint from a setting such as `after_claim:3`; nil when there is none, or none of that name.
  init?(_ setting: String?) {
    guard let parts = setting?.split(separator: ":"), let point = parts.first.flatMap({ Point(rawValue: String($0)) })
    else { return nil }
    self.point = point
    left = Mutex(parts.count > 1 ? Int(parts[1]) ?? 1 : 1)
  }

  /// The one that the environment arms.
  static func fromEnvironment() -> Failpoint? { Failpoint(ProcessInfo.processInfo.environment["SLUICE_FAILPOINT"]) }

  /// Whether the database is marked as one for tests.
  static func isAllowed(on connection: PostgresConnection) async throws -> Bool {
    let row = try await connection.query(
      "select current_setting('sluice.test_database', true)", deadline: .now + .seconds(30)
    ).single()
    return try row.get(at: 0, as: String?.self) == "on"
  }

  /// Kills the process when it is this point's turn.
  func reach(_ point: Point) {
    guard point == self.point else { return }
    let isTurn = left.withLock { left in
      left -= 1
      return left == 0
    }
    if isTurn { kill(getpid(), SIGKILL) }
  }
}
