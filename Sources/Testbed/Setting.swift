internal import ArgumentParser

/// One setting of the server, written `name=value`.
struct Setting: ExpressibleByArgument {
  /// Name, such as `wal_level`.
  let name: String
  /// Value, without quotes.
  let value: String

  /// Splits at the first equals sign; nil when there is none.
  init?(argument: String) {
    guard let sign = argument.firstIndex(of: "="), sign > argument.startIndex else { return nil }
    name = String(argument[..<sign])
    value = String(argument[argument.index(after: sign)...])
  }
}
