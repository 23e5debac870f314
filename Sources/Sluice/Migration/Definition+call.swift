internal import Postgres

extension Definition {
  /// The call of `sluice.define`.
  var call: PostgresStatement { call(of: "define") }

  /// Compares it with the one of that name in the database.
  nonisolated(nonsending) func compare(
    on connection: PostgresConnection, deadline: ContinuousClock.Instant
  ) async throws -> DefinitionComparison {
    try await connection.pipeline([Self.ownPath, call(of: "compare_definition")], deadline: deadline)[1].single()
      .get(at: 0, as: PostgresJSON<DefinitionComparison>.self).value
  }

  /// Looks names up under the search path of the role and the database, in one transaction.
  static let ownPath: PostgresStatement = """
    select pg_catalog.set_config('search_path', s.reset_val, true) from pg_catalog.pg_settings s
    where s.name = 'search_path'
    """

  /// The call of a function with the arguments of `sluice.define`, without what is left at its default.
  func call(of function: String) -> PostgresStatement {
    var arguments = NamedArguments()
    arguments.add("name", .text(name))
    arguments.add("target", .text(target), as: "regclass")
    arguments.add("pending", .text(pending))
    switch change {
    case .update(let set, let source, let match):
      arguments.add("set", .text(set))
      arguments.add("source", source.map { .text($0) })
      arguments.add("match", match.map { .text($0) })
    case .delete(let source, let match):
      arguments.add("delete", true)
      arguments.add("source", source.map { .text($0) })
      arguments.add("match", match.map { .text($0) })
    case .statements(let statements): arguments.add("statements", .array(statements))
    case .handler(let handler): arguments.add("handler", .text(handler))
    }
    arguments.add("key", key.map { .array($0) })
    if walk != .auto { arguments.add("walk", .text(walk.rawValue)) }
    if capture { arguments.add("capture", true) }
    if proof != .snapshot { arguments.add("proof", .text(proof.rawValue)) }
    if !after.isEmpty { arguments.add("after", .array(after)) }
    if !onFinish.isEmpty { arguments.add("on_finish", .array(onFinish)) }
    arguments.add("batch_time", batchTime.map { .interval($0) }, as: "interval")
    arguments.add("min_batch", minBatch.map { .integer($0) })
    arguments.add("max_batch", maxBatch.map { .integer($0) })
    arguments.add("max_attempts", maxAttempts.map { .integer($0) })
    arguments.add("max_failed", maxFailed.map { .double($0) })
    arguments.add("search_path", searchPath.map { .array($0) })
    return PostgresStatement("select sluice.\(function)(\(arguments.sql))", arguments.parameters)
  }
}
