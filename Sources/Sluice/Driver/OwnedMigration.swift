/// A migration as the driver sees it when it looks whether work is left.
struct OwnedMigration: Sendable, Decodable {
  /// Name.
  var name: String
  /// Whether the driver's role owns it; others are read because of their dependents.
  var isOwn: Bool
  /// State.
  var state: String
  /// Whether the database is a copy that nobody adopted, in which nothing runs.
  var isCopy = false
  /// Why no batch runs.
  var waitingFor: String?
  /// Migrations that must be finished first.
  var after: [String]
  /// Application code that its rows go to.
  var handler: String?
  /// What was said when it was cancelled.
  var lastMessage: String?

  /// Whether a driver may find work in it, now or later.
  var isRunnable: Bool { ["scheduled", "running", "verifying"].contains(state) }

  /// Rows for all migrations.
  static let query = """
    select d.name, d.owner = session_user as is_own, p.state, not sluice.is_adopted() as is_copy, p.waiting_for, d."after",
      d.handler,
      case when p.state = 'cancelled' then (
        select e.message from sluice.events e where e.name = d.name and e.new_state = 'cancelled'
        order by e.event_id desc limit 1) end as last_message
    from sluice.definitions d
    join sluice.progress p on p.name = d.name
    """
}
