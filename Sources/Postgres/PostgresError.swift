/// What went wrong on a connection, with everything the server said about it.
///
/// Values of parameters never appear in an error.
///
/// ```swift
/// do {
///   _ = try await connection.query("insert into t values ($1)", [1])
/// } catch let error as PostgresError where error.sqlState == "23505" {
///   print(error.constraint ?? "")  // t_pkey
/// }
/// ```
public struct PostgresError: Error, Sendable {
  /// Kind of failure.
  public var code: Code
  /// One line for people, without a period.
  public var message: String
  /// Five-character SQLSTATE, when the server gave one.
  public var sqlState: String?
  /// Severity in English: `ERROR`, `FATAL` or `PANIC`.
  public var severity: String?
  /// Second sentence of the server, with particulars.
  public var detail: String?
  /// Advice of the server, or of this library.
  public var hint: String?
  /// Call stack of the server at the failure.
  public var context: String?
  /// Schema of the object that the failure is about.
  public var schema: String?
  /// Table that the failure is about.
  public var table: String?
  /// Column that the failure is about.
  public var column: String?
  /// Data type that the failure is about.
  public var dataType: String?
  /// Constraint that was violated.
  public var constraint: String?
  /// Position in the statement's text, in characters from 1.
  public var position: Int?
  /// Whether the work may have been committed although the call failed.
  ///
  /// True when the connection went away, or was given up, while a COMMIT or a statement outside a transaction block was
  /// on its way. Look at the data to find out.
  public var isOutcomeUnknown: Bool

  /// Whether the server ended the connection together with the statement.
  var endsConnection: Bool { code == .connectionLost || severity == "FATAL" || severity == "PANIC" }

  /// Error of this library, without any field of the server.
  public init(_ code: Code, _ message: String, hint: String? = nil, isOutcomeUnknown: Bool = false) {
    self.code = code
    self.message = message
    self.hint = hint
    self.isOutcomeUnknown = isOutcomeUnknown
  }
}
