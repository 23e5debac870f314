public import FoundationEssentials
public import Postgres

/// What went wrong, with everything the server said about it.
///
/// ```swift
/// do {
///   try await client.schedule("builds_stage_id", within: .hours(1))
/// } catch let error as SluiceError where error.code == .deadlineImpossible {
///   print(error.hint ?? "")
/// }
/// ```
public struct SluiceError: Error, Sendable {
  /// Kind of failure.
  public var code: Code
  /// One line for people, without a period.
  public var message: String
  /// Five-character SQLSTATE: the server's, or one of Sluice's own that begin with `SL`.
  public var sqlState: String?
  /// Particulars.
  public var detail: String?
  /// What to do about it.
  public var hint: String?
  /// What the connection reported, when it comes from there.
  public var underlying: PostgresError?

  /// Error of this library.
  public init(
    _ code: Code, _ message: String, sqlState: String? = nil, detail: String? = nil, hint: String? = nil
  ) {
    self.code = code
    self.message = message
    self.sqlState = sqlState
    self.detail = detail
    self.hint = hint
  }

  /// Error that a connection reported.
  public init(_ error: PostgresError) {
    self.init(
      Code(error), error.message, sqlState: error.sqlState, detail: error.detail, hint: error.hint)
    underlying = error
  }
}

extension SluiceError: LocalizedError {
  /// The message, as `localizedDescription` of any error.
  public var errorDescription: String? { message }
  /// Particulars.
  public var failureReason: String? { detail }
  /// What to do about it.
  public var recoverySuggestion: String? { hint }
}

extension SluiceError: CustomStringConvertible {
  /// Message, SQLSTATE, detail and hint, a line each.
  public var description: String {
    var lines = [sqlState.map { "\(message) (SQLSTATE \($0))" } ?? message]
    if let detail { lines.append("DETAIL: \(detail)") }
    if let hint { lines.append("HINT: \(hint)") }
    return lines.joined(separator: "\n")
  }
}
