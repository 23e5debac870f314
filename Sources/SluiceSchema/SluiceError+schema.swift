extension SluiceError {
  /// What is wrong with a schema; nil when it is current.
  package init?(_ status: SchemaStatus) {
    switch status {
    case .current: return nil
    case .absent: self = .schemaAbsent()
    case .older(let found, let expected): self = .schemaOlder(found: found, expected: expected)
    case .newer(let found, let expected): self = .schemaNewer(found: found, expected: expected)
    }
  }

  /// Sluice is not installed.
  static func schemaAbsent() -> SluiceError {
    SluiceError(
      .schemaAbsent, "Sluice is not installed in this database", sqlState: "SL032",
      hint: "Install it: sluice install, or: create extension sluice;")
  }

  /// The schema is older than the driver.
  static func schemaOlder(found: SchemaVersion, expected: SchemaVersion) -> SluiceError {
    SluiceError(
      .schemaOlder, "the installed schema is of version \(found), older than this driver's \(expected)",
      sqlState: "SL031",
      hint: "Upgrade it: sluice install, or: alter extension sluice update;")
  }

  /// The schema is newer than the driver.
  static func schemaNewer(found: SchemaVersion, expected: SchemaVersion) -> SluiceError {
    SluiceError(
      .schemaNewer, "the installed schema is of version \(found), newer than this driver's \(expected)",
      sqlState: "SL030",
      hint: "Use a driver of version \(found); a schema is never downgraded.")
  }

  /// The schema is another's.
  static func schemaForeign(_ owner: String) -> SluiceError {
    SluiceError(
      .schemaForeign, "schema \"sluice\" exists, but it is not Sluice's",
      detail: "It belongs to role \"\(owner)\". Sluice has a second one of the same owner, \"sluice_internal\".",
      hint: "Rename it: alter schema sluice rename to another_name;")
  }

  /// The schema belongs to a role that would gain the rights of a superuser or an administrator.
  static func schemaOfAnother(_ owner: String, schema: String, role: String) -> SluiceError {
    SluiceError(
      .schemaForeign, "schema \"\(schema)\" belongs to role \"\(owner)\", which is neither a superuser nor yours",
      detail: "Its functions would run with the rights of \"\(role)\", which administers the server. None was called.",
      hint: "Log in as \"\(owner)\", or as another role that administers nothing. If you trust \"\(owner)\" with the "
        + "rights of \"\(role)\", say so in the environment: SLUICE_SCHEMA_OWNER=\(owner)")
  }

  /// The schema belongs to an extension.
  static func schemaIsExtension(_ statement: String) -> SluiceError {
    SluiceError(
      .schemaIsExtension, "the schema was installed by CREATE EXTENSION", sqlState: "SL033",
      hint: "Use SQL: \(statement);")
  }

  /// A capture trigger is left that this role may not remove.
  ///
  /// - Parameters:
  ///   - migration: whose it is; nil when it is not known any more.
  ///   - isFinished: whether the migration is finished, so that cleanup is what is left to do.
  ///   - table: where the trigger is.
  ///   - function: what it calls.
  ///   - owner: role that may remove it.
  /// - Returns: the error, with what removes the trigger.
  static func capturesLeft(
    of migration: String?, isFinished: Bool, on table: String, function: String, owner: String
  ) -> SluiceError {
    let whose = migration.map { " of migration \"\($0)\"" } ?? ""
    let removal =
      migration.flatMap { isFinished ? "sluice cleanup \($0)" : nil } ?? "drop function \(function) cascade;"
    return SluiceError(
      .migrationsRunning, "cannot remove the schema while a capture trigger\(whose) is on \(table)", sqlState: "SL034",
      detail: "Its function \(function) belongs to \"\(owner)\"; without the schema nothing would tell of it.",
      hint: "As \"\(owner)\": \(removal)")
  }

  /// Migrations run.
  static func migrationsRunning(_ names: [String]) -> SluiceError {
    SluiceError(
      .migrationsRunning, "cannot remove the schema while migrations run", sqlState: "SL034",
      detail: "Scheduled or running: \(names.joined(separator: ", ")).",
      hint: "Cancel them or finish them first, or use force.")
  }
}
