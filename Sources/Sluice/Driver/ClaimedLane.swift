/// A lane that this worker's transaction has locked.
struct ClaimedLane: Sendable, Hashable {
  /// Number.
  var id: Int
  /// Version of the lane's row; a report about another version is ignored.
  var version: Int
  /// Migration, for the log.
  var migration: String
  /// Handler that its rows go to; nil when SQL does the work.
  var handler: String?
  /// Whether rows of it fail, which are to be found.
  var isCareful = false
  /// How long the server lets a statement of the batch take; zero for as long as it takes.
  var statementTimeout: Duration = .seconds(10)

  /// How long a handler may take, in the whole batch.
  var handlerTime: Duration { statementTimeout == .zero ? .hours(24) : statementTimeout }

  /// How long the batch may take before the driver gives up on it, somewhat after the server does.
  var timeLimit: Duration { statementTimeout == .zero ? .hours(24) : statementTimeout * 2 + .seconds(5) }
}
