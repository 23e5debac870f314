internal import Postgres
internal import Sluice

/// Why the program cannot do what it was asked: what people read, and how it ends.
struct Failure: Error, Sendable, Hashable {
  /// How the program ends.
  var status: ExitStatus
  /// One line without a period.
  var message: String
  /// Five-character SQLSTATE, when the server gave one.
  var sqlState: String?
  /// Particulars.
  var detail: String?
  /// What to do.
  var hint: String?

  /// Failure that this program found.
  init(_ status: ExitStatus, _ message: String, detail: String? = nil, hint: String? = nil) {
    self.status = status
    self.message = message
    self.detail = detail
    self.hint = hint
  }

  /// Failure that the server or the connection reported.
  init(_ error: PostgresError) {
    message = error.message
    sqlState = error.sqlState
    detail = error.detail
    hint = error.hint
    switch error.code {
    case .server: status = error.sqlState.map { ExitStatus(sqlState: $0) } ?? .failure
    case .connectionLost: status = .unavailable
    case .connectionFailed: self = Self.refused(error)
    case .timeout: status = .unavailable
    case .cancelled: status = .interrupted
    case .decoding: status = .defect
    case .usage: status = .usage
    default: status = .failure
    }
    if error.isOutcomeUnknown {
      detail = [detail, "It is unknown whether the change took place."].compactMap(\.self).joined(separator: " ")
      hint = hint ?? "Look at it again: sluice status"
    }
  }

  /// Failure that the library reported.
  init(_ error: SluiceError) {
    if let underlying = error.underlying {
      self.init(underlying)
    } else {
      self.init(Self.status(of: error.code), error.message, detail: error.detail, hint: error.hint)
    }
    sqlState = error.sqlState
    detail = error.detail ?? detail
    hint = error.hint ?? hint
  }

  private static func status(of code: SluiceError.Code) -> ExitStatus {
    switch code {
    case .schemaAbsent, .schemaOlder, .schemaNewer, .schemaIsExtension, .schemaForeign: .schemaMismatch
    case .standby, .statementPooling: .unsuitableServer
    case .migrationsRunning, .definitionsDiffer: .unfinished
    case .connection, .timeout: .unavailable
    case .cancelled: .interrupted
    case .unreadable: .defect
    case .invalidArgument: .badInput
    default: .failure
    }
  }

  /// Failure of any kind.
  init(_ error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let error as PostgresError: self.init(error)
    case let error as SluiceError: self.init(error)
    case is CancellationError: self.init(.interrupted, "interrupted")
    default: self.init(.failure, "\(error)")
    }
  }
}
