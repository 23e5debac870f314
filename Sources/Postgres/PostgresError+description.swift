extension PostgresError: CustomStringConvertible {
  /// Message, SQLSTATE, detail, hint and context, a line each.
  ///
  /// ```
  /// duplicate key value violates unique constraint "t_pkey" (SQLSTATE 23505)
  /// DETAIL: Key (id)=(1) already exists.
  /// ```
  public var description: String {
    var lines = [sqlState.map { "\(message) (SQLSTATE \($0))" } ?? message]
    if let detail { lines.append("DETAIL: \(detail)") }
    if let hint { lines.append("HINT: \(hint)") }
    if let context { lines.append("CONTEXT: \(context)") }
    if isOutcomeUnknown { lines.append("The transaction may or may not have been committed.") }
    return lines.joined(separator: "\n")
  }
}
