import Logging
import Synchronization

/// A log whose lines a test reads: message and migration.
final class LogCollector: Sendable {
  /// What writes into it.
  private struct Handler: LogHandler {
    let collector: LogCollector
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let migration = event.metadata?["sluice.migration"].map { ": \($0)" } ?? ""
      let database = event.metadata?["sluice.database"] ?? metadata["sluice.database"]
      collector.kept.withLock { $0.append("\(event.level) \(event.message)\(migration)") }
      collector.keptDatabases.withLock { $0.append(database.map { "\($0)" } ?? "") }
    }
  }

  private let kept = Mutex<[String]>([])
  private let keptDatabases = Mutex<[String]>([])

  /// Lines so far.
  var lines: [String] { kept.withLock { $0 } }
  /// Databases that the lines name, one a line.
  var databases: [String] { keptDatabases.withLock { $0 } }
  /// Logger that writes into it.
  var logger: Logger { Logger(label: "test") { _ in Handler(collector: self) } }
}
