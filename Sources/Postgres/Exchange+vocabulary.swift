extension Exchange {
  /// Shape of the answers to a request.
  enum Shape: Hashable {
    /// One statement, or a script: results until the end of the statement.
    case statement
    /// Several statements: results until the synchronization point.
    case pipeline
  }

  /// One answer of the server.
  enum Answer {
    /// A statement succeeded.
    case result(PostgresResult)
    /// A statement failed.
    case failure(PostgresError)
    /// A statement was skipped, because one before it in the pipeline failed.
    case skipped
    /// The server wants to copy data, which is not supported.
    case copy
    /// No more answers to this statement.
    case endOfStatement
    /// The synchronization point of a pipeline.
    case endOfPipeline
  }

  /// Why a request is to be stopped.
  enum StopReason: Hashable {
    /// Its deadline passed.
    case deadline
    /// Its task was cancelled.
    case cancellation

    /// What the caller gets.
    var error: PostgresError {
      switch self {
      case .deadline: PostgresError(.timeout, "the deadline passed before the server answered")
      case .cancellation: PostgresError(.cancelled, "the task was cancelled before the server answered")
      }
    }
  }

  /// What the connection does next.
  enum Action {
    /// Nothing, until something happens.
    case wait
    /// Send a cancel request and report its return.
    case cancel
    /// Send another cancel request in a moment, unless the answers arrive.
    case cancelAgainSoon
    /// Give the caller its answer.
    case complete(Result<[PostgresResult], PostgresError>)
    /// Close the connection and give the caller the error.
    case close(PostgresError)
  }
}
