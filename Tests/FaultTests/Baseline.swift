import Postgres
import SluiceTesting
import Testing

/// Shows, once for each kind of walk, that the harness finds nothing where nothing is wrong, and something where it is;
/// so that a failure under faults means the product.
actor Baseline {
  private static let shared = Baseline()
  private var shown: [Workload.Walk: Task<[String], any Error>] = [:]

  /// What the harness finds without any fault, in every kind of walk: nothing.
  static func violations() async throws -> [String] {
    var found: [String] = []
    for walk in Workload.Walk.allCases { found += try await shared.violations(walk) }
    return found
  }

  private func violations(_ walk: Workload.Walk) async throws -> [String] {
    if let shown = shown[walk] { return try await shown.value }
    let task = Task { try await Self.show(walk) }
    shown[walk] = task
    return try await task.value
  }

  private static func show(_ walk: Workload.Walk) async throws -> [String] {
    let workload = Workload(walk: walk, rows: walk.isStriped ? 500 : 2_000, workers: 2)
    let tally = Tally("none, \(walk.rawValue)", isListed: false)
    try await withoutMigration(workload, tally)
    try await Trial.run(workload, tally) { trial in
      try trial.fleet.fill(to: 2)
      tally.event("nothing")
    }
    return tally.report()
  }

  /// Changes the rows by one plain statement, and then one of them once more.
  private static func withoutMigration(_ workload: Workload, _ tally: Tally) async throws {
    try await FaultDatabase.with(workload) { database in
      try await PostgresConnection.withConnection(database.administrator) { connection in
        try await connection.query(
          "update item set n = n + 1 where id in (select id from truth where is_selected)")
        let right = try await connection.query(Checker.wrongRows).single().get(at: 0, as: Int.self)
        if right != 0 { tally.violations(["the checker finds \(right) wrong rows without a migration"]) }
        try await connection.query("update item set n = n + 1 where id = 4")
        try await connection.query("update item set n = n - 1 where id = 5")
        let wrong = try await connection.query(Checker.wrongRows).single().get(at: 0, as: Int.self)
        if wrong != 2 { tally.violations(["the checker finds \(wrong) of 2 wrong rows"]) }
      }
    }
  }
}
