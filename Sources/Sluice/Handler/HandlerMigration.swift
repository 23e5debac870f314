/// A migration whose rows go to application code: the definition and the code in one place.
///
/// ```swift
/// struct EncryptTokens: HandlerMigration {
///   static let definition = Definition("tokens_encrypted", target: "public.tokens") {
///     Pending("token_encrypted is null and token is not null")
///     Handler()
///   }
///   struct Row: Decodable { let id: Int64, token: String }
///   struct Change: Encodable { let id: Int64, tokenEncrypted: Data, token: String? }
///
///   static func handle(_ rows: [Row], in batch: HandlerBatch) async throws -> [Change] {
///     try rows.map { Change(id: $0.id, tokenEncrypted: try seal($0.token), token: nil) }
///   }
/// }
/// let driver = SluiceDriver(configuration: configuration, handlers: [EncryptTokens.self])
/// ```
///
/// A property is the column of the same name, or else of that name in snake case: `tokenEncrypted` is `token_encrypted`;
/// `CodingKeys` say otherwise. A row may leave columns out. A change carries the primary key of its row as the row had
/// it (`ctid`, a `String`, where the table has none) and the columns that are to be set; nil is null.
///
/// A row for which no change is returned stays as it is, and pending. What `handle` throws rolls the batch back; a row for
/// which it throws when it is alone is put into quarantine, and all others go on.
public protocol HandlerMigration: Migration, SendableMetatype {
  /// What is read of a pending row.
  associatedtype Row: Decodable & Sendable
  /// What becomes of a row; `Never` for a handler that writes by SQL of its own.
  associatedtype Change: Encodable & Sendable

  /// Does the work for the rows of a batch, which are locked until it is committed.
  ///
  /// It may be called more than once for a row, when a batch is rolled back: effects outside `batch` must bear that. It is
  /// cancelled after the time that a batch may take.
  static func handle(_ rows: [Row], in batch: HandlerBatch) async throws -> [Change]
}
