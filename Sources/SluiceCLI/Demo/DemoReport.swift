/// Figures of a demo, for programs.
struct DemoReport: Encodable, Sendable {
  /// Rows of the table.
  var rows = 0
  /// Rows that have the right value afterwards, counted independently.
  var rowsRight = 0
  /// Rows that were changed exactly once.
  var rowsChangedOnce = 0
  /// Rows done when the driver was killed.
  var rowsDoneAtKill = 0
  /// Seconds from the first batch to the proof.
  var seconds = 0.0
  /// Rows a second, pauses included.
  var rowsPerSecond = 0.0
  /// Latency of the application without the migration.
  var alone = Latency()
  /// Latency of the application beside it.
  var beside = Latency()
  /// Bytes of the table before.
  var tableBytesBefore = 0
  /// Bytes of the table afterwards.
  var tableBytesAfter = 0
  /// Bytes of its indexes before.
  var indexBytesBefore = 0
  /// Bytes of its indexes afterwards.
  var indexBytesAfter = 0
  /// Share of updates that touched no index.
  var hotShare: Double?

  /// Whether every row is right and none was changed twice.
  var isProved: Bool { rows > 0 && rowsRight == rows && rowsChangedOnce == rows }

  /// What the application felt, in milliseconds.
  struct Latency: Encodable, Sendable {
    /// Transactions.
    var transactions = 0
    /// Half were faster.
    var p50 = 0.0
    /// All but one in a hundred were faster.
    var p99 = 0.0

    /// Nothing measured.
    init() {}

    /// Latency of a log.
    init(_ log: LatencyLog) {
      transactions = log.entries.count
      p50 = log.percentile(0.50) ?? 0
      p99 = log.percentile(0.99) ?? 0
    }

    /// `p50 1.1 ms, p99 2.3 ms, of 1,612 transactions`.
    var text: String {
      "p50 \(Amount.fixed(p50, 1)) ms, p99 \(Amount.fixed(p99, 1)) ms, of \(Amount.count(transactions)) transactions"
    }
  }
}
