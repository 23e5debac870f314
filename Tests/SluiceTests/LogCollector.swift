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
      collector.kept.withLock { $0.append("\(event.level) \(event.message)\(migration)") }
    }
  }

  private let kept = Mutex<[String]>([])

  /// Lines so far.
  var lines: [String] { kept.withLock { $0 } }
  /// Logger that writes into it.
  var logger: Logger { Logger(label: "test") { _ in Handler(collector: self) } }
}
