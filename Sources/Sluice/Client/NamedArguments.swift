internal import Postgres

/// Arguments of a call in named notation, so that those left out keep the defaults that SQL gives them.
struct NamedArguments {
  /// Values, in order.
  private(set) var parameters: [PostgresParameter] = []
  private var list: [String] = []

  /// Text between the parentheses, such as `name => $1, within => $2::interval`.
  var sql: String { list.joined(separator: ", ") }

  /// Adds an argument, unless it is nil.
  mutating func add(_ name: String, _ value: PostgresParameter?, as type: String? = nil) {
    guard let value else { return }
    parameters.append(value)
    list.append("\"\(name)\" => $\(parameters.count)\(type.map { "::" + $0 } ?? "")")
  }
}

extension PostgresParameter {
  /// Length of time for an `interval`.
  static func interval(_ value: Duration) -> PostgresParameter { .text("\(value.inSeconds) seconds") }
}
