import Foundation

/// Random numbers that a seed repeats.
struct FaultRandom: RandomNumberGenerator {
  /// Seed of this run: `SLUICE_FAULT_SEED`, or a new one.
  static let seed =
    UInt64(ProcessInfo.processInfo.environment["SLUICE_FAULT_SEED"] ?? "") ?? UInt64.random(in: 0..<1_000_000_000)

  private var state: UInt64

  /// Generator of one harness; each has its own numbers.
  init(_ harness: String) {
    state = harness.utf8.reduce(Self.seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  /// Next number, by SplitMix64.
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
