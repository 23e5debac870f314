/// What `sluice_internal.next_vacuum` told this session to vacuum; its session has the lock that lets only one vacuum at a time.
struct VacuumOrder: Sendable, Hashable {
  /// Number of the migration for whose sake it is done.
  var migrationID: Int
  /// Migration, for the log.
  var migration: String
  /// The relation's oid.
  var relation: Int
  /// The VACUUM.
  var statement: String
}
