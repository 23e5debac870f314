internal import Foundation
internal import Postgres
internal import Sluice

/// Calls `sluice.cleanup` and shows meanwhile, from a second connection, how far it is.
struct CleanupRun {
  /// Migration.
  let name: String
  /// How long it may take; nil for as long as it needs.
  let timeout: String?
  /// Where the second connection goes.
  let connection: ConnectionOptions
  /// Where it is shown.
  let console: Console

  /// Runs to the end, or until this process is interrupted.
  ///
  /// - Throws: what the procedure raises; `Failure` with what is left, when it was interrupted.
  func run(_ session: Session) async throws {
    let limit = try await session.duration(timeout, option: "--timeout")
    let isDone = Occasion()
    async let watching: Void = show(until: isDone)
    let isComplete: Bool
    do {
      isComplete = try await cleanUp(session, limit)
    } catch {
      isDone.raise()
      await watching
      throw error
    }
    isDone.raise()
    await watching
    if !isComplete { throw await interrupted(session) }
  }

  /// Cleans up, and stops that in the server when this process is interrupted.
  ///
  /// - Returns: whether the cleanup is complete.
  private func cleanUp(_ session: Session, _ limit: Duration?) async throws -> Bool {
    let interruption = Occasion.interruption
    return try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        do {
          try await session.client.cleanup(name, timeout: limit)
          return true
        } catch let error as SluiceError where error.code == .cancelled {
          return false
        }
      }
      group.addTask {
        while !interruption.isRaised { try await interruption.wait(atMost: .seconds(3600)) }
        return false
      }
      let isComplete = try await group.next() ?? false
      group.cancelAll()
      if isComplete { return true }
      return try await group.next() ?? false
    }
  }

  /// What is said of a cleanup that was interrupted: how far it is.
  private func interrupted(_ session: Session) async -> Failure {
    let progress = try? await session.client.progress(of: name)
    return Failure(
      .interrupted, "interrupted", detail: progress.map { "\(name) is not cleaned up: \($0.remainder)." },
      hint: "It goes on from there: sluice cleanup \(name)")
  }

  /// Shows progress; a second connection that fails is no reason to stop.
  private func show(until isDone: Occasion) async {
    if console.isJSON { return }
    var view = ProgressView(console)
    try? await Session.with(connection, console, needs: []) { session in
      while !isDone.isRaised {
        let progress = try await session.client.progress(of: name)
        if progress.state == "finished" { return }
        view.show([progress])
        try await isDone.wait(atMost: .milliseconds(500))
      }
    }
    view.clear()
  }
}
