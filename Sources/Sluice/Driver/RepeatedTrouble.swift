internal import Logging
internal import Synchronization

/// Logs a trouble that comes again and again: once, until it is over or another takes its place.
final class RepeatedTrouble: Sendable {
  private let logger: Logger
  private let last = Mutex<String?>(nil)

  /// No trouble yet.
  init(_ logger: Logger) { self.logger = logger }

  /// Tells of a trouble; the same one is told at level debug from the second time on.
  func tell(_ level: Logger.Level, _ what: Logger.Message, _ metadata: Logger.Metadata = [:]) {
    let told = "\(what) \(metadata["sluice.error"] ?? "")"
    let isNew = last.withLock { last in
      defer { last = told }
      return last != told
    }
    logger.log(level: isNew ? level : min(level, .debug), what, metadata: metadata)
  }

  /// The trouble is over.
  ///
  /// - Returns: whether there was any.
  @discardableResult func end() -> Bool {
    last.withLock { last in
      defer { last = nil }
      return last != nil
    }
  }
}
