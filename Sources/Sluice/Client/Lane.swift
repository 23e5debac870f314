public import FoundationEssentials

/// A range of a migration: its row of `sluice.lanes`; times are in seconds, keys are nil for who may not read the target.
public struct Lane: Sendable, Hashable, Codable {
  /// Migration.
  public var name: String
  /// Number.
  public var laneID: Int
  /// Table, a leaf where the target is partitioned.
  public var relation: String
  /// `change` or `sweep`.
  public var act: String
  /// `queued`, `active`, `done` or `failed`.
  public var state: String
  /// What it does next, for people.
  public var doing: String
  /// Key before the first row.
  public var lower: [String?]?
  /// Key of the last row that is done.
  public var cursor: [String?]?
  /// Key of the last row.
  public var upper: [String?]?
  /// Pass over the present stretch, from 0.
  public var stripe: Int
  /// Passes over each stretch.
  public var stripes: Int
  /// Rows visited.
  public var rowsVisited: Int
  /// Rows changed.
  public var rowsChanged: Int
  /// Rows of the range, estimated.
  public var rowsEstimated: Int
  /// Share that is done, from 0 to 100.
  public var percent: Double?
  /// Rows of a batch.
  public var batchSize: Int
  /// Pause after the last batch.
  public var pause: Double
  /// Rows visited a second, pauses included.
  public var rowsPerSecond: Double?
  /// Share of updates that touched no index, from 0 to 1.
  public var hotShare: Double?
  /// Batches so far.
  public var batches: Int
  /// Failed batches so far.
  public var failures: Int
  /// Transient failures in a row.
  public var attempts: Int
  /// When the last batch ended.
  public var lastBatchAt: Date?
  /// When the next is due.
  public var dueAt: Date?
  /// SQLSTATE of the last error.
  public var errorSQLState: String?
  /// The last error.
  public var errorMessage: String?

  /// Columns of the query, with intervals as seconds.
  static let columns = """
    name, lane_id, relation, act, state, doing, lower, cursor, upper, stripe, stripes, rows_visited, rows_changed, \
    rows_estimated, percent, batch_size, extract(epoch from pause) as pause, rows_per_second, hot_share, batches, \
    failures, attempts, last_batch_at, due_at, error_sqlstate, error_message
    """

  /// Names that are not spelled as their columns.
  enum CodingKeys: String, CodingKey {
    case name
    case laneID = "laneId"
    case relation, act, state, doing, lower, cursor, upper, stripe, stripes, rowsVisited, rowsChanged, rowsEstimated
    case percent, batchSize, pause, rowsPerSecond, hotShare, batches, failures, attempts, lastBatchAt, dueAt
    case errorSQLState = "errorSqlstate"
    case errorMessage
  }
}
