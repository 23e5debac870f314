/// Answer for programs of a command that changed a migration.
struct MigrationAnswer: Encodable {
  /// How the migration stands afterwards.
  let migration: MigrationProgress
  /// Remarks of the server.
  let notes: [Note]
}
