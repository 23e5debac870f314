/// What `sluice_internal.next_vacuum` answered.
enum VacuumAnswer: Sendable, Hashable {
  /// A relation to vacuum now.
  case vacuum(VacuumOrder)
  /// Nothing to do now: how long to wait.
  case wait(Duration)
}
