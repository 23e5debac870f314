internal import Logging
internal import Postgres
internal import SluiceSchema

extension Error {
  /// First line of what is to be said of it in the log.
  var logLine: String {
    switch self {
    // what libpq says on several lines, the connection has on one
    case let error as PostgresError where error.sqlState == nil: Self.firstPart(error.message, before: "; ")
    case let error as PostgresError: Self.firstPart(error.message, before: "\n")
    case let error as SluiceError: Self.firstPart(error.message, before: "\n")
    default: Self.firstPart("\(self)", before: "\n")
    }
  }

  /// Particulars for the log: the first line, and SQLSTATE, detail and hint where there are any.
  var logMetadata: Logger.Metadata {
    var metadata: Logger.Metadata = ["sluice.error": "\(logLine)"]
    if let state = sqlState { metadata["sluice.sqlstate"] = "\(state)" }
    let (detail, hint) = particulars
    if let detail { metadata["sluice.detail"] = "\(detail)" }
    if let hint { metadata["sluice.hint"] = "\(hint)" }
    return metadata
  }

  /// Whether a missing schema or a revoked right looks like this; connecting again finds out, and then says so.
  var mayBeAboutSchema: Bool {
    // So it looks to a statement that waited for a lock of what was dropped meanwhile.
    if sqlState == "XX000", logLine.hasPrefix("cache lookup failed") { return true }
    return ["3F000", "42883", "42P01", "42703", "42704", "42501"].contains(sqlState)
  }

  /// Whether the session may not write (25006): an operator's switch, which a new session may find turned off.
  var isAboutReadOnly: Bool { sqlState == "25006" }

  private var sqlState: String? { (self as? PostgresError)?.sqlState ?? (self as? SluiceError)?.sqlState }

  private var particulars: (detail: String?, hint: String?) {
    switch self {
    case let error as PostgresError: (error.detail, error.hint)
    case let error as SluiceError: (error.detail, error.hint)
    default: (nil, nil)
    }
  }

  private static func firstPart(_ text: String, before separator: String) -> String {
    String(text.split(separator: separator, maxSplits: 1).first ?? "")
  }
}
