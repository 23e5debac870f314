extension PostgresConfiguration {
  /// Used where neither the connection string nor the environment says anything.
  ///
  /// A peer that is gone is noticed within seconds, not hours. `tcp_user_timeout` is in milliseconds, the other times
  /// are in seconds.
  private static let fallbacks = [
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
  ]

  /// Keywords for libpq: fallbacks, below the connection string, below the overrides.
  ///
  /// - Throws: `usage` when the connection string cannot be read.
  func keywords() throws(PostgresError) -> [String: String] {
    let given = try givenKeywords()
    var keywords: [String: String] = ["fallback_application_name": applicationName]
    if given["service"] == nil {
      let environment = LibPQConninfo.defaults()
      for (keyword, value) in Self.fallbacks where environment[keyword] == nil { keywords[keyword] = value }
    }
    keywords.merge(given) { $1 }
    keywords["client_encoding"] = "UTF8"
    return keywords
  }

  /// Keywords of the connection string and the overrides.
  func givenKeywords() throws(PostgresError) -> [String: String] {
    var given: [String: String] = [:]
    if connectionString.contains("=") || connectionString.contains("://") {
      given = try LibPQConninfo.parse(connectionString)
    } else if !connectionString.isEmpty {
      given["dbname"] = connectionString
    }
    return given.merging(overrides) { $1 }
  }
}
