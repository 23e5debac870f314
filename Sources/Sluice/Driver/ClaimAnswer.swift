/// What `sluice_internal.claim` answered.
enum ClaimAnswer: Sendable, Hashable {
  /// A lane, locked by the transaction that is open now.
  case lane(ClaimedLane)
  /// Nothing to do now: how long to wait, and why.
  case wait(Duration, reason: String)
  /// Nothing may be done: the session takes no writes, and only a new one finds out when it may write again.
  case takesNoWrites
}
