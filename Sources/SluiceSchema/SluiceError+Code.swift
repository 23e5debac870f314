internal import Postgres

extension SluiceError {
  /// Kind of a failure; more kinds may be added, so a `switch` needs a `default`.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    /// Name of the kind.
    public let description: String

    /// No connection could be made, or it broke.
    public static let connection = Code(description: "connection")
    /// The server refused a statement for a reason of its own; see `sqlState`.
    public static let server = Code(description: "server")
    /// A call's deadline passed.
    public static let timeout = Code(description: "timeout")
    /// The calling task was cancelled.
    public static let cancelled = Code(description: "cancelled")
    /// An answer of the server could not be read.
    public static let unreadable = Code(description: "unreadable")

    /// Sluice is not installed in the database.
    public static let schemaAbsent = Code(description: "schemaAbsent")
    /// The installed schema is older than what this driver needs.
    public static let schemaOlder = Code(description: "schemaOlder")
    /// The installed schema is newer than this driver.
    public static let schemaNewer = Code(description: "schemaNewer")
    /// The schema was installed by CREATE EXTENSION, which has its own way to upgrade and remove it.
    public static let schemaIsExtension = Code(description: "schemaIsExtension")
    /// A schema of this name exists, and is not Sluice's.
    public static let schemaForeign = Code(description: "schemaForeign")
    /// The schema cannot be removed while migrations run.
    public static let migrationsRunning = Code(description: "migrationsRunning")
    /// Definitions in code are not those in the database (SL035).
    public static let definitionsDiffer = Code(description: "definitionsDiffer")

    /// An argument makes no sense (SL001, SL009).
    public static let invalidArgument = Code(description: "invalidArgument")
    /// No migration has this name (SL002).
    public static let unknownMigration = Code(description: "unknownMigration")
    /// Another definition has this name (SL003).
    public static let nameInUse = Code(description: "nameInUse")
    /// The target has no usable key (SL004).
    public static let noUsableKey = Code(description: "noUsableKey")
    /// The predicate is volatile (SL005).
    public static let volatilePredicate = Code(description: "volatilePredicate")
    /// The migration's state does not allow this (SL006).
    public static let wrongState = Code(description: "wrongState")
    /// The session's user may not do this (SL007).
    public static let notAllowed = Code(description: "notAllowed")
    /// The lane moved on since it was claimed, or its bounds are outdated (SL008, SL017).
    public static let staleClaim = Code(description: "staleClaim")
    /// The deadline cannot be met (SL010).
    public static let deadlineImpossible = Code(description: "deadlineImpossible")
    /// The database is a copy that nobody adopted (SL012).
    public static let notAdopted = Code(description: "notAdopted")
    /// A connection pooler in statement mode lets no transaction last.
    public static let statementPooling = Code(description: "statementPooling")
    /// The server is a standby (SL013).
    public static let standby = Code(description: "standby")
    /// Cleanup could not finish in the time given (SL014).
    public static let timeIsOver = Code(description: "timeIsOver")
    /// Policies of row-level security hide rows of the target from the author (SL015).
    public static let rowsHidden = Code(description: "rowsHidden")
    /// One query over the whole table would take longer than the policy allows (SL016).
    public static let proofTooLong = Code(description: "proofTooLong")
    /// The migration is not finished (SL020).
    public static let notFinished = Code(description: "notFinished")
    /// A statement cannot run inside a transaction (SL023).
    public static let notInTransaction = Code(description: "notInTransaction")
    /// The rows go to application code, which this client was not given (SL026).
    public static let handlerNeeded = Code(description: "handlerNeeded")
    /// What a handler returned does not fit, or it threw (SL024, SL025, SL036).
    public static let handlerFailed = Code(description: "handlerFailed")
    /// Rows or ranges failed, and a person must look (SL021, SL022).
    public static let failed = Code(description: "failed")
  }
}

extension SluiceError.Code {
  /// Kind of what a connection reported.
  init(_ error: PostgresError) {
    self =
      switch error.code {
      case .connectionFailed, .connectionLost: .connection
      case .timeout: .timeout
      case .cancelled: .cancelled
      case .decoding: .unreadable
      default: error.sqlState.flatMap { Self.bySQLState[$0] } ?? .server
      }
  }

  private static let bySQLState: [String: SluiceError.Code] = [
    "SL001": .invalidArgument, "SL002": .unknownMigration, "SL003": .nameInUse, "SL004": .noUsableKey,
    "SL005": .volatilePredicate, "SL006": .wrongState, "SL007": .notAllowed, "SL008": .staleClaim,
    "SL009": .invalidArgument, "SL010": .deadlineImpossible, "SL012": .notAdopted, "SL013": .standby,
    "SL014": .timeIsOver, "SL015": .rowsHidden, "SL016": .proofTooLong, "SL017": .staleClaim,
    "SL020": .notFinished, "SL021": .failed, "SL022": .failed, "SL023": .notInTransaction,
    "SL024": .handlerFailed, "SL025": .handlerFailed, "SL026": .handlerNeeded, "SL036": .handlerFailed,
    "SL030": .schemaNewer, "SL031": .schemaOlder, "SL032": .schemaAbsent, "SL033": .schemaIsExtension,
    "SL034": .migrationsRunning, "SL035": .definitionsDiffer,
  ]
}
