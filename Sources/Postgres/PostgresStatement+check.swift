extension PostgresStatement {
  /// Refuses what PostgreSQL cannot take and C would silently cut off.
  ///
  /// - Throws: `PostgresError` of code `usage`.
  func check() throws(PostgresError) {
    if sql.utf8.contains(0) { throw PostgresError(.usage, "the statement contains a zero byte") }
    if parameters.count > 65_535 {
      throw PostgresError(.usage, "\(parameters.count) parameters are too many, a statement takes 65535")
    }
    for (index, parameter) in parameters.enumerated() where parameter.text?.utf8.contains(0) == true {
      throw PostgresError(.usage, "parameter $\(index + 1) contains a zero byte")
    }
  }
}
