/// An error as programs read it: `{"error": {"code", "sqlstate", "message", "detail", "hint"}}`.
struct ErrorDocument: Encodable {
  /// Fields of the error.
  struct Fields: Encodable {
    /// Exit status.
    let code: Int32
    /// SQLSTATE, where there is one.
    let sqlstate: String?
    /// One line.
    let message: String
    /// Particulars.
    let detail: String?
    /// Advice.
    let hint: String?
  }

  /// The error.
  let error: Fields

  /// Document of a failure.
  init(_ failure: Failure) {
    error = Fields(
      code: failure.status.rawValue, sqlstate: failure.sqlState, message: failure.message, detail: failure.detail,
      hint: failure.hint)
  }
}
