internal import Foundation

/// Variables of this process.
enum ProcessEnvironment {
  /// All of them, by name.
  static var all: [String: String] { ProcessInfo.processInfo.environment }
}
