extension DriverOptions {
  /// What a driver does while its database cannot be used: it cannot be reached, is a standby, or has no schema `sluice`, or
  /// one of another version, at the start or after an upgrade.
  public enum Unavailability: Sendable, Hashable {
    /// Logs an error once, and tries again until the database can be used: for drivers in the process of an application.
    case wait
    /// Throws `SluiceError`: for processes that something restarts.
    case fail
  }
}
