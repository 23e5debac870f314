/// Where a connection stands in its transaction.
public enum PostgresTransactionStatus: Sendable, Hashable {
  /// Outside a transaction block.
  case idle
  /// A statement is running.
  case active
  /// In a transaction block, between statements.
  case inTransaction
  /// In a transaction block that failed; only a rollback will be accepted.
  case inFailedTransaction
  /// The connection is gone.
  case unknown
}
