extension Failure {
  /// The same, with the grant that is missing where the server refused something of Sluice's own schema.
  func namingGrant(to role: String) -> Failure {
    let refusal = #/permission denied for (schema|table|view|function|procedure) (\w+)$/#
    guard sqlState == "42501", hint == nil, let match = message.firstMatch(of: refusal) else { return self }
    var failure = self
    failure.hint = Self.advice(kind: String(match.1), name: String(match.2), role: role)
    return failure
  }

  /// What lets a role use an object; nil where it is none of Sluice's.
  private static func advice(kind: String, name: String, role: String) -> String? {
    switch kind {
    case "schema" where name == "sluice" || name == "sluice_internal", "view" where views.contains(name):
      return grant("viewer", to: role, "or grant_operator, or grant_author")
    case "function", "procedure":
      if verbs.contains(name) { return grant("operator", to: role, "or grant_author, for migrations of its own") }
      if authors.contains(name) { return grant("author", to: role, nil) }
      return owners.contains(name) ? onlyOwner : nil
    case "table": return owners.contains(name) ? onlyOwner : nil
    default: return nil
    }
  }

  private static let onlyOwner = "Only the owner of schema sluice may do that: log in as that role."

  private static func grant(_ audience: String, to role: String, _ others: String?) -> String {
    let call = "select sluice.grant_\(audience)('\(role.replacing("'", with: "''"))');"
    return "Let the owner of schema sluice grant it: \(call)" + (others.map { " \($0)" } ?? "")
  }

  /// Functions that operators and authors may call, as `sluice_internal.audience()` has them.
  static let verbs: Set<String> = [
    "pause", "resume", "throttle", "reschedule", "cancel", "retry", "restart", "accept_remaining", "forget",
  ]
  /// What authors may call.
  static let authors: Set<String> = ["define", "plan", "schedule", "preview", "cleanup", "work", "claim"]
  /// What viewers may read.
  static let views: Set<String> = [
    "progress", "lanes", "activity", "stuck", "history", "events", "quarantined", "definitions", "proof", "guards",
    "vacuums", "captures",
  ]
  /// What only the owner may touch.
  static let owners: Set<String> = [
    "adopt", "migration", "installation", "grant_viewer", "grant_operator", "grant_author",
  ]
}
