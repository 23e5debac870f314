internal import ArgumentParser
internal import Sluice

/// `sluice restart NAME`.
struct Restart: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Begin again from the first row.",
    discussion: """
      Rows that are no longer pending are passed over; without a pending predicate they are changed once more. Refused \
      while it runs, because its progress is lost, unless --force is given. Cleanup executes all of on_finish again \
      afterwards: what that created before must not be in its way.
      """)
  @OptionGroup var migration: MigrationOptions

  @Flag(help: "Also while it runs.")
  var force = false

  func run() async throws {
    try await migration.perform({ (isScheduled: Bool) in told(isScheduled) }) { client in
      if !force, let refusal = refusal(try await client.progress(of: migration.name)) { throw refusal }
      try await client.restart(migration.name)
      return try await client.progress(of: migration.name).state != "cancelled"
    }
  }

  private func told(_ isScheduled: Bool) -> Line {
    isScheduled
      ? "begins again" : "begins again once it is scheduled, which it is not now: sluice schedule \(migration.name)"
  }

  /// Why a migration that is at work is not begun again.
  private func refusal(_ progress: MigrationProgress) -> Failure? {
    guard ["running", "verifying"].contains(progress.state) else { return nil }
    let done = "\(Amount.percent(progress.percent)) done, \(Amount.counted(progress.rowsDone, "row"))"
    return Failure(
      .unfinished, "migration \"\(progress.name)\" is \(progress.state): \(done)",
      detail: "To begin again throws this progress away.",
      hint: "If that is meant: sluice restart \(progress.name) --force")
  }
}
