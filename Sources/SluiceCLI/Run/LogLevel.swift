internal import ArgumentParser
internal import Logging

/// From which level on log lines are written.
enum LogLevel: String, ExpressibleByArgument, CaseIterable, Sendable {
  /// Every step.
  case trace
  /// What helps to find a defect.
  case debug
  /// Starts, stops and changes of state.
  case info
  /// What is unusual and worth knowing.
  case notice
  /// What will need somebody.
  case warning
  /// What failed.
  case error

  /// The logging library's word for it.
  var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
}
