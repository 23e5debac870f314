/// Decides when everything that a driver was to work off has ended, and how.
struct IdleSurvey {
  /// Names of the migrations that matter; nil for all of this role.
  private let only: Set<String>?
  /// Names of the handlers that the driver has.
  private let handlers: Set<String>
  /// Scheduled migrations that were seen so far.
  private(set) var known: Set<String>
  /// What became of those that ended.
  private(set) var outcomes: [String: MigrationOutcome] = [:]

  /// Survey of some migrations, or of all of this role, for a driver with these handlers; those that are known already
  /// count even when they have ended before the first look.
  init(only: Set<String>? = nil, handlers: Set<String> = [], known: Set<String> = []) {
    self.only = only
    self.handlers = handlers
    self.known = known
  }

  /// Takes a look at all migrations.
  ///
  /// - Returns: whether each scheduled migration of this role has ended, or cannot go on.
  mutating func look(at migrations: [OwnedMigration]) -> Bool {
    let byName = Dictionary(migrations.map { ($0.name, $0) }) { first, _ in first }
    for migration in migrations where isWanted(migration) && (migration.isRunnable || migration.isHalted) {
      known.insert(migration.name)
    }
    outcomes = [:]
    for name in known { outcomes[name] = outcome(of: name, in: byName) }
    return outcomes.count == known.count
  }

  /// Whether a migration is one that is waited for.
  func isWanted(_ migration: OwnedMigration) -> Bool {
    migration.isOwn && (only?.contains(migration.name) ?? true)
  }

  /// What became of a migration; nil while it may go on.
  private func outcome(of name: String, in migrations: [String: OwnedMigration]) -> MigrationOutcome? {
    guard let migration = migrations[name] else { return MigrationOutcome(.cancelled, reason: "it was forgotten") }
    switch migration.state {
    case "finished": return MigrationOutcome(.finished)
    case "failed": return MigrationOutcome(.failed, reason: migration.waitingFor)
    case "paused": return MigrationOutcome(.paused, reason: migration.waitingFor)
    case "cancelled", "defined": return MigrationOutcome(.cancelled, reason: migration.lastMessage)
    default: return obstacle(to: name, in: migrations).map { MigrationOutcome(.blocked, reason: $0) }
    }
  }

  /// Why a runnable migration will never run, as things are; nil when it may.
  private func obstacle(
    to name: String, in migrations: [String: OwnedMigration], seen: Set<String> = []
  ) -> String? {
    guard let migration = migrations[name] else { return "\(name), which must be finished first, does not exist" }
    if migration.state == "finished" { return nil }
    if !migration.isRunnable { return "\(name), which must be finished first, is \(migration.state)" }
    if let handler = migration.handler, !handlers.contains(handler) {
      return "\(name) waits for a driver with the handler \(handler)"
    }
    if migration.isCopy { return "\(name) waits for \(migration.waitingFor ?? "the adoption of this copy")" }
    if seen.contains(name) { return "\(name) waits for itself" }
    for earlier in migration.after {
      if let obstacle = obstacle(to: earlier, in: migrations, seen: seen.union([name])) { return obstacle }
    }
    return nil
  }
}

extension OwnedMigration {
  /// Whether it was scheduled and stands still.
  fileprivate var isHalted: Bool { state == "paused" || state == "failed" }
}
