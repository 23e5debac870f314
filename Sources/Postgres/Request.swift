/// What is sent to the server in one go.
enum Request: Sendable {
  /// One statement by the extended protocol.
  case statement(PostgresStatement)
  /// Several statements by the extended protocol, in one round trip.
  case pipeline([PostgresStatement])
  /// Text with several statements by the simple protocol.
  case script(String)

  /// Shape of the answers.
  var shape: Exchange.Shape {
    if case .pipeline = self { .pipeline } else { .statement }
  }

  /// Whether the request can commit something, given that it starts inside a transaction block or not.
  ///
  /// Errs on the side of yes.
  func mayCommit(insideTransaction: Bool) -> Bool {
    let statements: [PostgresStatement]
    switch self {
    case .script: return true
    case .statement(let statement): statements = [statement]
    case .pipeline(let several): statements = several
    }
    var isInside = insideTransaction
    for statement in statements {
      switch CommandWord(sql: statement.sql) {
      case .begin: isInside = true
      case .commit: return true
      case .rollback: isInside = isInside && statement.sql.lowercased().contains("to")
      case .other: if !isInside { return true }
      }
    }
    return false
  }
}
