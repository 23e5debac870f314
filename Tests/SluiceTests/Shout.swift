import Dispatch
import FoundationEssentials
import Sluice
import Synchronization

/// Handler that writes texts in capitals, and does what some of them say.
struct Shout: HandlerMigration {
  static let definition = Definition("shout", target: "public.texts") {
    Pending("shouted is null")
    Handler()
    Batch(min: 1, max: 50)
  }

  struct Row: Decodable {
    let id: Int
    let text: String
  }

  struct Change: Encodable {
    let id: Int
    let shouted: String
  }

  struct CannotShout: Error {
    let reason: String
  }

  /// Batch that a handler has kept although it is over.
  private static let kept = Mutex<HandlerBatch?>(nil)

  static func handle(_ rows: [Row], in batch: HandlerBatch) async throws -> [Change] {
    try await batch.query("insert into audit select unnest($1::integer[])", [.array(rows.map { "\($0.id)" })])
    for row in rows { try await obey(row.text, in: batch) }
    return rows.map { Change(id: $0.id, shouted: $0.text.uppercased()) }
  }

  private static func obey(_ text: String, in batch: HandlerBatch) async throws {
    switch text {
    case "throw": throw CannotShout(reason: "it was told to")
    case "throw as a client does": throw SluiceError(.schemaAbsent, "no Sluice in some other database")
    case "end my backend":
      if try await isFirst(in: batch) { try await batch.query("select pg_terminate_backend(pg_backend_pid())") }
    case "hang":
      if try await isFirst(in: batch) { try await Task.sleep(for: .seconds(3600)) }
    case "hang deaf":
      guard try await isFirst(in: batch) else { return }
      await withCheckedContinuation { continuation in
        DispatchQueue.global().asyncAfter(deadline: .now() + 20) { continuation.resume() }
      }
    case "commit": try await batch.query("/* now */ commit")
    case "keep": kept.withLock { $0 = batch }
    case "use": try await kept.withLock { $0 }?.query("select 1")
    case "swallow": _ = try? await batch.query("select 1 / 0")
    default: break
    }
  }

  /// Whether an incident is one that happens: those with an odd number do, and a sequence is not rolled back.
  private static func isFirst(in batch: HandlerBatch) async throws -> Bool {
    try await batch.query("select nextval('incidents') % 2 = 1").single().get(at: 0)
  }
}

/// Handler whose change has a column that the table has not.
struct Misfit: HandlerMigration {
  static let definition = Definition("misfit", target: "public.texts") {
    Pending("shouted is null")
    Handler()
  }

  struct Change: Encodable {
    let id: Int
    let cried: String?
  }

  static func handle(_ rows: [Shout.Row], in batch: HandlerBatch) async throws -> [Change] {
    rows.map { Change(id: $0.id, cried: nil) }
  }
}

/// Handler that reads a column which the table has not, as an optional.
struct Misreader: HandlerMigration {
  static let definition = Definition("misreader", target: "public.texts") {
    Handler()
    Pending("shouted is null")
  }

  struct Row: Decodable {
    let id: Int
    let cried: String?
  }

  static func handle(_ rows: [Row], in batch: HandlerBatch) async throws -> [Never] { [] }
}
