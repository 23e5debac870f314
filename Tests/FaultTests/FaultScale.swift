import Foundation

/// How long the tests of this target are.
enum FaultScale {
  /// Factor for the number of faults: 1, or `SLUICE_FAULT_ROUNDS`.
  static let rounds = max(Int(ProcessInfo.processInfo.environment["SLUICE_FAULT_ROUNDS"] ?? "") ?? 1, 1)

  /// Number of faults, from that of an ordinary run.
  static func of(_ ordinary: Int) -> Int { ordinary * rounds }
}
