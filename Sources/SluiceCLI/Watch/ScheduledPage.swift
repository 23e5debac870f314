internal import Foundation
internal import Sluice

/// Answer of `schedule` and `reschedule`.
enum ScheduledPage {
  /// Tells the plan, where one was made, and how the migration stands.
  static func tell(_ plan: Plan?, _ name: String, _ session: Session, _ console: Console) async throws {
    let progress = try await session.client.progress(of: name)
    console.say("\(name, .bold)  \(StateName.line(progress.state))")
    if let plan { console.say(PlanPage(name: name, plan: plan).shortLines(width: console.width)) }
    if let deadline = progress.deadline {
      console.say("\("deadline".padded(to: 12), .dim)\(Amount.moment(deadline, now: progress.asOf))")
    }
    if let reason = progress.waitingFor {
      let label = ProgressFacts(progress: progress, now: progress.asOf).waitingLabel
      console.say("\(label.padded(to: 12), .dim)\(ServerText.told(reason, now: progress.asOf))")
    }
    try console.emit(Answer(plan: plan, migration: progress, notes: session.notes.drain()))
  }

  /// For programs.
  private struct Answer: Encodable {
    let plan: Plan?
    let migration: MigrationProgress
    let notes: [Note]
  }
}
