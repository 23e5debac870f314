public import FoundationEssentials

/// Something that happened: a row of `sluice.events`.
public struct Event: Sendable, Hashable, Codable {
  /// Number, ascending.
  public var eventID: Int
  /// Migration; nil when it is about the whole database.
  public var name: String?
  /// When.
  public var happenedAt: Date
  /// Kind, such as `state` or `quarantined`.
  public var kind: String
  /// State before, for kind `state`.
  public var oldState: String?
  /// State after, for kind `state`.
  public var newState: String?
  /// Role that did it.
  public var actor: String
  /// For people.
  public var message: String?
  /// For programs.
  public var detail: JSONValue?

  /// Columns of the query.
  static let columns = "event_id, name, happened_at, kind, old_state, new_state, actor, message, detail"

  /// Names that are not spelled as their columns.
  enum CodingKeys: String, CodingKey {
    case eventID = "eventId"
    case name, happenedAt, kind, oldState, newState, actor, message, detail
  }
}
