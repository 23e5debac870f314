internal import Logging

/// An event that changed a migration's state, as the driver reads it for its log.
struct StateChange: Sendable, Decodable {
  /// Number of the event.
  var eventID: Int
  /// Migration.
  var name: String
  /// Whether the driver's role owns it.
  var isOwn: Bool
  /// State before.
  var oldState: String?
  /// State since.
  var newState: String
  /// What was said with it.
  var message: String?
  /// Whether the run had begun before, and was paused or tried again since.
  var isContinued: Bool

  /// Names that are not spelled as their columns.
  private enum CodingKeys: String, CodingKey {
    case eventID = "eventId"
    case name, isOwn, oldState, newState, message, isContinued
  }

  /// Rows for all changes after the event `$1`.
  static let query = """
    select e.event_id, e.name, d.owner = session_user as is_own, e.old_state, e.new_state, e.message,
      case when e.old_state = 'scheduled' and e.new_state in ('running', 'verifying') then exists (
        select from sluice.events b
        join sluice.progress p on p.name = b.name
        where b.name = e.name and b.event_id < e.event_id and b.new_state in ('running', 'verifying')
          and b.happened_at >= p.started_at)
      else false end as is_continued
    from sluice.events e
    join sluice.definitions d on d.name = e.name
    where e.event_id > $1 and e.new_state is not null
    order by e.event_id
    """

  /// Line of the log: for what a run of this role began, how it ended, and where it paused because its definition does not
  /// fit; nil for what is not worth one.
  var line: (level: Logger.Level, text: Logger.Message)? {
    guard isOwn else { return nil }
    switch (oldState, newState) {
    case ("scheduled", "running"), ("scheduled", "verifying"):
      return (.info, isContinued ? "migration goes on" : "migration starts")
    case (_, "finished"): return (.info, "migration is finished")
    case (_, "failed"): return (.error, "migration failed")
    case (_, "paused") where message?.hasPrefix("paused by ") == false: return (.error, "migration paused")
    default: return nil
    }
  }

  /// Particulars of the line.
  var metadata: Logger.Metadata {
    var metadata: Logger.Metadata = ["sluice.migration": "\(name)"]
    if line?.level == .error, let message { metadata["sluice.reason"] = "\(message)" }
    return metadata
  }

  /// Whether work may have come up that belongs to another role.
  var isForeignSchedule: Bool { !isOwn && newState == "scheduled" }
}
