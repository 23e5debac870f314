internal import Sluice

/// How a migration gets on; by another name, because Foundation has a `Progress` too.
typealias MigrationProgress = Sluice.Progress

extension Sequence where Element == MigrationProgress {
  /// Those in trouble first, then those that go on, those that are finished last; by name among equals.
  var inReadingOrder: [MigrationProgress] {
    let order = ["failed", "paused", "running", "verifying", "scheduled", "defined", "cancelled", "finished"]
    func rank(_ progress: MigrationProgress) -> Int { order.firstIndex(of: progress.state) ?? order.count }
    return sorted { (rank($0), $0.name) < (rank($1), $1.name) }
  }
}
