extension PostgresConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Host, port, database and user, as far as they are given; never a password.
  public var description: String {
    guard let given = try? givenKeywords() else { return "unreadable connection string" }
    let shown = ["service", "host", "hostaddr", "port", "dbname", "user"].compactMap { keyword in
      given[keyword].map { "\(keyword)=\($0)" }
    }
    return shown.isEmpty ? "libpq environment" : shown.joined(separator: " ")
  }

  /// The same as `description`.
  public var debugDescription: String { description }

  /// Only the description.
  public var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}
