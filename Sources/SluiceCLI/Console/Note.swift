internal import Postgres

/// A remark of the server that came with an answer.
struct Note: Encodable, Sendable, Hashable {
  /// One line.
  let message: String
  /// Particulars.
  let detail: String?
  /// Advice.
  let hint: String?

  /// Remark of a notice or a warning.
  init(_ notice: PostgresNotice) {
    (message, detail, hint) = (notice.message, notice.detail, notice.hint)
  }
}
