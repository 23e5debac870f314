/// What `sluice.claim` answered.
enum ClaimAnswer: Sendable, Hashable {
  /// A lane, locked by the transaction that is open now.
  case lane(ClaimedLane)
  /// Nothing to do now: how long to wait, and why.
  case wait(Duration, reason: String)
}
