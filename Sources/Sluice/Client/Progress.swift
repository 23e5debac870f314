public import FoundationEssentials

/// How a migration gets on: its row of `sluice.progress`; times are in seconds.
public struct Progress: Sendable, Hashable, Codable {
  /// Name.
  public var name: String
  /// Role that defined it and runs it.
  public var owner: String
  /// Table.
  public var target: String
  /// `defined`, `scheduled`, `running`, `verifying`, `finished`, `paused`, `failed` or `cancelled`.
  public var state: String
  /// Why no batch runs now.
  public var waitingFor: String?
  /// Rows visited.
  public var rowsDone: Int
  /// Rows changed.
  public var rowsChanged: Int
  /// Rows that still need work, estimated.
  public var rowsPending: Int?
  /// Share of the walk, from 0 to 100; 100 only when finished.
  public var percent: Double
  /// Share of the verification, from 0 to 100.
  public var verifiedPercent: Double?
  /// Rows visited a second, now.
  public var rowsPerSecond: Double?
  /// When it will be done.
  public var forecast: Date?
  /// When it will hardly be done before.
  public var earliest: Date?
  /// When it should be done at the latest, at its recent rates.
  public var latest: Date?
  /// When it must be done.
  public var deadline: Date?
  /// How far the forecast lies behind the deadline.
  public var lateBy: Double?
  /// Whether the forecast keeps the deadline.
  public var onTrack: Bool?
  /// Rows of a batch.
  public var batchSize: Int?
  /// Pause between two batches of a worker.
  public var pause: Double?
  /// Share of updates that touch no index, from 0 to 1.
  public var hotShare: Double?
  /// Ranges that a worker may take now.
  public var lanes: Int
  /// Ranges in all.
  public var lanesTotal: Int
  /// Batches that may run side by side.
  public var workers: Int?
  /// Most transient failures in a row of one range.
  public var attempts: Int
  /// Rows put aside.
  public var rowsQuarantined: Int
  /// Last error.
  public var lastError: String?
  /// When it happened.
  public var lastErrorAt: Date?
  /// When the first batch began.
  public var startedAt: Date?
  /// When it was finished.
  public var finishedAt: Date?
  /// When the last range was seen without a pending row.
  public var verifiedAt: Date?
  /// When this was read, by the server's clock; the client's may differ.
  public var asOf: Date

  /// Columns of the query, with intervals as seconds.
  static let columns = """
    name, owner, target, state, waiting_for, rows_done, rows_changed, rows_pending, percent, verified_percent, \
    rows_per_second, forecast, earliest, latest, deadline, extract(epoch from late_by) as late_by, on_track, \
    batch_size, extract(epoch from pause) as pause, hot_share, lanes, lanes_total, workers, attempts, rows_quarantined, \
    last_error, last_error_at, started_at, finished_at, verified_at, pg_catalog.clock_timestamp() as as_of
    """
}
