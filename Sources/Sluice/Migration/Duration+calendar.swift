extension Duration {
  /// Whole minutes.
  public static func minutes(_ count: some BinaryInteger) -> Duration { .seconds(Int64(count) * 60) }

  /// Whole hours.
  public static func hours(_ count: some BinaryInteger) -> Duration { .minutes(Int64(count) * 60) }

  /// Days of 24 hours.
  public static func days(_ count: some BinaryInteger) -> Duration { .hours(Int64(count) * 24) }

  /// Weeks of 7 days.
  public static func weeks(_ count: some BinaryInteger) -> Duration { .days(Int64(count) * 7) }

  /// Length in seconds.
  var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
