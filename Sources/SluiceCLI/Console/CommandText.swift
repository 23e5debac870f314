/// A call of Sluice in SQL, as the command of this program that does the same.
enum CommandText {
  /// The command for a call; nil when there is none.
  ///
  /// - Parameters:
  ///   - function: name of the function, without its schema.
  ///   - name: the migration.
  ///   - arguments: what follows the migration's name, as in `, within => '1 week', workers => 2`.
  /// - Returns: as in `sluice reschedule orders_total --within '1 week' --workers 2`.
  static func command(_ function: String, of name: String, arguments: String = "") -> String? {
    guard let command = commands[function] else { return nil }
    let values = arguments.matches(of: #/(?:([a-z]+) => )?('[^']*'|[^,' ]+)/#).map { match in
      argument(match.1.map(String.init), value: String(match.2), of: command)
    }
    if values.contains(nil) { return nil }
    return (["sluice", command, name] + values.compactMap(\.self)).joined(separator: " ")
  }

  /// An argument of SQL as an option; nil when there is none.
  ///
  /// Intervals and times keep the quotes, which a shell wants, too.
  static func option(_ argument: String, value: String) -> String? {
    switch (argument, value) {
    case ("during", "'{}'"): "--any-time"
    case ("during", _): value.split { "'{},".contains($0) }.map { "--during \($0)" }.joined(separator: " ")
    case ("immediately", "true"): "--immediately"
    case ("within", _), ("starting", _), ("workers", _), ("priority", _): "--\(argument) \(value)"
    default: nil
    }
  }

  private static func argument(_ argument: String?, value: String, of command: String) -> String? {
    switch command {
    case "throttle": argument == nil ? value == "null" ? "none" : value : nil
    case "schedule", "reschedule": argument.flatMap { option($0, value: value) }
    default: nil
    }
  }

  /// Commands by the function that they call.
  private static let commands = [
    "retry": "retry", "resume": "resume", "restart": "restart", "cancel": "cancel", "pause": "pause",
    "forget": "forget", "accept_remaining": "accept", "schedule": "schedule", "reschedule": "reschedule",
    "throttle": "throttle", "cleanup": "cleanup", "progress": "status", "assert_finished": "ensure",
  ]
}
