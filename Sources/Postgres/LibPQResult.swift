internal import CLibPQ

/// Reads what libpq returns into values that own their memory.
enum LibPQResult {
  /// Answer in one `PGresult`, which stays the caller's.
  static func answer(_ result: OpaquePointer, notices: [PostgresNotice]) -> Exchange.Answer {
    switch PQresultStatus(result) {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: .result(rows(result, notices: notices))
    case PGRES_PIPELINE_SYNC: .endOfPipeline
    case PGRES_PIPELINE_ABORTED: .skipped
    case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH: .copy
    default: .failure(failure(result))
    }
  }

  /// Notice in one `PGresult`, which stays libpq's.
  static func notice(_ result: OpaquePointer) -> PostgresNotice {
    PostgresNotice(
      severity: field(result, CLIBPQ_SEVERITY) ?? "NOTICE", sqlState: field(result, CLIBPQ_SQLSTATE),
      message: field(result, CLIBPQ_MESSAGE) ?? oneLine(String(cString: PQresultErrorMessage(result))),
      detail: field(result, CLIBPQ_DETAIL), hint: field(result, CLIBPQ_HINT), context: field(result, CLIBPQ_CONTEXT))
  }

  /// Failure to connect; SQLSTATE, detail and hint are read from the verbose message, where libpq offers no fields.
  static func connectFailure(_ text: String) -> PostgresError {
    let lines = text.split(separator: "\n").filter { !$0.hasPrefix("LOCATION:") }
    let kept = lines.filter { line in !["DETAIL:", "HINT:", "CONTEXT:"].contains { line.hasPrefix($0) } }.joined(
      separator: "\n")
    guard let match = kept.firstMatch(of: #/:  ([0-9A-Z]{5}): /#) else {
      return PostgresError(.connectionFailed, oneLine(lines.joined(separator: "\n")))
    }
    let message = kept.replacing(#/:  [0-9A-Z]{5}: /#, with: ": ")
    var error = PostgresError(.connectionFailed, oneLine(message), hint: field("HINT:", of: lines))
    error.sqlState = String(match.1)
    error.severity = "FATAL"
    error.detail = field("DETAIL:", of: lines)
    error.context = field("CONTEXT:", of: lines)
    return error
  }

  /// What the first line with a label says; nil where there is none.
  private static func field(_ label: String, of lines: [Substring]) -> String? {
    lines.first { $0.hasPrefix(label) }.map { String($0.dropFirst(label.count).drop { $0 == " " }) }
  }

  /// Failure to read a connection string, without the words that libpq quotes from it where there is a password in it:
  /// they may be a part of that.
  static func conninfoFailure(_ text: String, of conninfo: String) -> PostgresError {
    let mayBeSecret = conninfo.lowercased().contains("pass") || conninfo.contains("@")
    let line = oneLine(text)
    let masked = mayBeSecret ? line.replacing(#/"(?!=")[^"]*"/#, with: "\"...\"") : line
    return PostgresError(
      .usage, masked, hint: "Give keywords such as host=localhost dbname=app, or a URL such as postgres://host/app.")
  }

  /// Text without line breaks and blanks at its ends.
  static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).map { $0.drop { $0.isWhitespace } }.joined(separator: "; ")
  }

  private static func rows(_ result: OpaquePointer, notices: [PostgresNotice]) -> PostgresResult {
    let columns = (0..<PQnfields(result)).map { index in
      PostgresColumn(name: PQfname(result, index).map { String(cString: $0) } ?? "", typeOID: PQftype(result, index))
    }
    let rows = (0..<PQntuples(result)).map { row in
      PostgresRow(columns: columns, cells: (0..<Int32(columns.count)).map { cell(result, row, $0) })
    }
    let tag = PQcmdStatus(result).map { String(cString: $0) } ?? ""
    return PostgresResult(columns: columns, rows: rows, commandTag: tag, notices: notices)
  }

  private static func cell(_ result: OpaquePointer, _ row: Int32, _ column: Int32) -> String? {
    guard PQgetisnull(result, row, column) == 0, let start = PQgetvalue(result, row, column) else { return nil }
    let bytes = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, row, column)))
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func failure(_ result: OpaquePointer) -> PostgresError {
    let sqlState = field(result, CLIBPQ_SQLSTATE)
    let message = field(result, CLIBPQ_MESSAGE) ?? oneLine(String(cString: PQresultErrorMessage(result)))
    var error = PostgresError(sqlState == nil ? .connectionLost : .server, message, hint: field(result, CLIBPQ_HINT))
    error.sqlState = sqlState
    error.severity = field(result, CLIBPQ_SEVERITY)
    error.detail = field(result, CLIBPQ_DETAIL)
    error.context = field(result, CLIBPQ_CONTEXT)
    error.schema = field(result, CLIBPQ_SCHEMA)
    error.table = field(result, CLIBPQ_TABLE)
    error.column = field(result, CLIBPQ_COLUMN)
    error.dataType = field(result, CLIBPQ_DATATYPE)
    error.constraint = field(result, CLIBPQ_CONSTRAINT)
    error.position = field(result, CLIBPQ_POSITION).flatMap { Int($0) }
    return error
  }

  private static func field(_ result: OpaquePointer, _ code: Int32) -> String? {
    PQresultErrorField(result, code).map { String(cString: $0) }
  }
}
