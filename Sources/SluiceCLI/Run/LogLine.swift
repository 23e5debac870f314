internal import Foundation
internal import Logging

/// One line of the log, as text or as JSON.
struct LogLine {
  /// When it was logged.
  let time: Date
  /// How grave it is.
  let level: Logger.Level
  /// What happened.
  let message: String
  /// Particulars by name.
  let metadata: Logger.Metadata

  /// `2026-03-01T14:02:11.123Z info  message key=value`; one line, whatever values there are.
  var text: String {
    let fields = metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\(Self.quoted("\($0.value)".visible))" }.joined()
    let level = level.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
    return "\(timestamp) \(level) \(message.visible)\(fields)"
  }

  /// `{"time": ..., "level": ..., "message": ..., "metadata": {...}}`.
  var json: String {
    let document = Document(
      time: timestamp, level: level.rawValue, message: message, metadata: metadata.mapValues { "\($0)" })
    return (try? JSONText.encode(document)) ?? message
  }

  private var timestamp: String {
    time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }

  private static func quoted(_ value: String) -> String {
    value.contains { $0.isWhitespace || $0 == "\"" } || value.isEmpty
      ? "\"\(value.replacing("\"", with: "'"))\"" : value
  }

  private struct Document: Encodable {
    let time: String
    let level: String
    let message: String
    let metadata: [String: String]
  }
}
