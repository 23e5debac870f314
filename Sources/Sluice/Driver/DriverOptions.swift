/// How a driver works.
public struct DriverOptions: Sendable, Hashable {
  /// Connections that run batches.
  public var workers: Int
  /// Longest time between two looks for work of an idle worker, when no notification arrives.
  public var pollInterval: Duration
  /// How long a batch in hand may go on after the driver was told to stop.
  public var graceTime: Duration
  /// Whether pauses and windows are passed over, for everything that this role owns.
  public var immediately: Bool
  /// Names of the migrations that `runUntilIdle` waits for, and that `immediately` is about; nil for all.
  ///
  /// Others are worked on as well meanwhile, at their own pace.
  public var only: Set<String>?
  /// Whether to be woken by NOTIFY; false for connections through a pooler in transaction mode.
  public var listen: Bool
  /// What `SluiceDriver.run` does while the database cannot be used; `runUntilIdle` throws.
  public var whenUnavailable: Unavailability

  /// Options, with good defaults.
  public init(
    workers: Int = 1, pollInterval: Duration = .seconds(2), graceTime: Duration = .seconds(10),
    immediately: Bool = false, listen: Bool = true, whenUnavailable: Unavailability = .wait
  ) {
    self.workers = workers
    self.pollInterval = pollInterval
    self.graceTime = graceTime
    self.immediately = immediately
    self.listen = listen
    self.whenUnavailable = whenUnavailable
  }
}
