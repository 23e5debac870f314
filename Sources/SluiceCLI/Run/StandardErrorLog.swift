internal import Foundation
internal import Logging
internal import SystemC

/// Writes log lines to standard error, each in one write.
struct StandardErrorLog: LogHandler {
  /// How lines are written.
  let format: LogFormat
  /// Lines below this level are dropped.
  var logLevel: Logger.Level
  /// Particulars of every line.
  var metadata: Logger.Metadata = [:]

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let merged = metadata.merging(event.metadata ?? [:]) { $1 }
    let line = LogLine(time: Date(), level: event.level, message: "\(event.message)", metadata: merged)
    let text = (format == .json ? line.json : line.text) + "\n"
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
