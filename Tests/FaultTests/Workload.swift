/// A migration whose body must not run twice on a row, and how it is walked.
struct Workload: Sendable {
  /// Kind of walk.
  enum Walk: String, Sendable, CaseIterable {
    /// By key.
    case key
    /// By key, in stripes.
    case stripes
    /// By key, with a predicate for the rows that need work, and so with a verification.
    case pending
    /// By blocks, in stripes, as a plan chooses; with a predicate, and a verification by key.
    case blocks

    /// Whether a predicate tells the rows that need work.
    var isPredicated: Bool { self == .pending || self == .blocks }
    /// Whether each row is visited many times.
    var isStriped: Bool { self == .stripes || self == .blocks }
  }

  /// Kind of walk.
  var walk = Walk.key
  /// Rows of the table.
  var rows = 10_000
  /// Batches side by side.
  var workers = 3
  /// Most rows of a batch.
  var maxBatch = 30
  /// Whether there are no pauses between batches; with them, drivers that race take turns.
  var isImmediate = true
  /// Share of batches that fail with an error that passes.
  var trouble = 0.0
  /// Seconds that each batch sleeps.
  var slowness = 0.0

  /// One that is chosen at random.
  static func random(rows: Int, isImmediate: Bool = true, _ random: inout FaultRandom) -> Workload {
    let walk = Walk.allCases.randomElement(using: &random) ?? .key
    return Workload(
      walk: walk, rows: walk.isStriped ? rows / 8 : rows, workers: Int.random(in: 1...4, using: &random),
      maxBatch: Int.random(in: 20...50, using: &random), isImmediate: isImmediate)
  }
}
