internal import Postgres
internal import SluiceSchema

extension Error {
  /// First line of what is to be said of it in the log.
  var logLine: String {
    let text: String
    switch self {
    case let error as PostgresError: text = error.message
    case let error as SluiceError: text = error.message
    default: text = "\(self)"
    }
    return String(text.prefix { $0 != "\n" })
  }

  /// Whether a missing schema or a revoked right looks like this; connecting anew finds out, and then says so.
  var mayBeAboutSchema: Bool {
    let state = (self as? PostgresError)?.sqlState ?? (self as? SluiceError)?.sqlState
    // So it looks to a statement that waited for a lock of what was dropped meanwhile.
    if state == "XX000", logLine.hasPrefix("cache lookup failed") { return true }
    return ["3F000", "42883", "42P01", "42703", "42704", "42501"].contains(state)
  }
}
