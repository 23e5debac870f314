/// Message that the server sent beside the answer: `raise notice`, warnings, and farewells.
public struct PostgresNotice: Sendable, Hashable {
  /// Severity in English: `WARNING`, `NOTICE`, `INFO`, `LOG`, `DEBUG`; `FATAL` as a farewell.
  public var severity: String
  /// Five-character SQLSTATE.
  public var sqlState: String?
  /// One line for people.
  public var message: String
  /// Particulars.
  public var detail: String?
  /// Advice.
  public var hint: String?
  /// Call stack of the server.
  public var context: String?
}
