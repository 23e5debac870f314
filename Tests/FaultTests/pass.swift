import SluiceTesting

/// Lets a random time go by before the next fault; never used to wait for something.
func pass(_ milliseconds: ClosedRange<Int>, _ random: inout FaultRandom) async throws {
  let moment = ContinuousClock.now + .milliseconds(Int.random(in: milliseconds, using: &random))
  try await waitUntil("its time has come", within: .seconds(60), every: .milliseconds(2)) { .now >= moment }
}
