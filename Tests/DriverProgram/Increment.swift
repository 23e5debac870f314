import Sluice

/// Adds 1 to each row's number, in Swift, which shows whatever is done twice.
struct Increment: HandlerMigration {
  static let definition = Definition("increment_in_swift", target: "public.item") {
    Handler()
    Batch(min: 1, max: 100)
  }

  struct Row: Codable {
    let id: Int
    let n: Int
  }

  static func handle(_ rows: [Row], in batch: HandlerBatch) async throws -> [Row] {
    rows.map { Row(id: $0.id, n: $0.n + 1) }
  }
}
