internal import Dispatch

extension DispatchTime {
  /// The same moment as an instant of the continuous clock, as long as the machine does not sleep.
  init(_ instant: ContinuousClock.Instant) {
    let (seconds, attoseconds) = (instant - .now).components
    guard seconds < 1_000_000_000 else {
      self = .distantFuture
      return
    }
    self = .now() + .nanoseconds(max(0, Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)))
  }
}
