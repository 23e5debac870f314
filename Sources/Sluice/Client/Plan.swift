/// What a schedule comes to, and whether it can be kept; times are in seconds.
public struct Plan: Sendable, Hashable, Codable {
  /// Whether the deadline can be met.
  public var feasible: Bool
  /// Why not.
  public var reason: String?
  /// Rows of the target.
  public var rowsEstimated: Int?
  /// Rows that need work.
  public var pendingEstimated: Int?
  /// How they were counted.
  public var howEstimated: String?
  /// Cost of a row: as probed, or what the batches of a run that goes on took before.
  public var secondsPerRow: Double?
  /// How the rows will be walked.
  public var walk: String?
  /// Passes over each stretch.
  public var stripes: Int?
  /// Rows of a batch.
  public var batchSize: Int?
  /// Pause between two batches of a worker.
  public var pause: Double?
  /// How long it takes without pauses.
  public var fullSpeed: Double?
  /// How long it takes as planned.
  public var planned: Double?
  /// Shortest deadline that can be met.
  public var shortestDeadline: Double?
  /// Write-ahead log it will write, in bytes.
  public var walBytes: Int?
  /// Bytes by which the table will grow.
  public var tableGrowthBytes: Int?
  /// Bytes by which its indexes will grow.
  public var indexGrowthBytes: Int?
  /// Share of updates that touch no index, from 0 to 1.
  public var hotShare: Double?
  /// What would keep it waiting now.
  public var holds: String?
  /// What else a person should know.
  public var notes: [String]

  /// Columns of the query, with intervals as seconds.
  static let columns = """
    feasible, reason, rows_estimated, pending_estimated, how_estimated, seconds_per_row, walk, stripes, batch_size, \
    extract(epoch from pause) as pause, extract(epoch from full_speed) as full_speed, \
    extract(epoch from planned) as planned, extract(epoch from shortest_deadline) as shortest_deadline, \
    wal_bytes, table_growth_bytes, index_growth_bytes, hot_share, holds, notes
    """
}
