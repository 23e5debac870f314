/// States as they are shown.
enum StateName {
  /// Look of a state: blue at work, green at the end, yellow where it waits for a person, red when it failed.
  static func style(_ state: String) -> Style {
    switch state {
    case "running", "verifying": .cyan
    case "finished": .green
    case "paused": .yellow
    case "failed": .red
    default: .plain
    }
  }

  /// A state with its look.
  static func line(_ state: String) -> Line { Line(state, style(state)) }

  /// States in which nothing goes on by itself any more.
  static let final: Set<String> = ["finished", "failed", "cancelled"]
}
