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

  /// Runs to the end.
  ///
  /// - Throws: what the procedure raises.
  func run(_ session: Session) async throws {
    let limit = try await session.duration(timeout, option: "--timeout")
    let isDone = Occasion()
    async let watching: Void = show(until: isDone)
    do {
      try await session.client.cleanup(name, timeout: limit)
    } catch {
      isDone.raise()
      await watching
      throw error
    }
    isDone.raise()
    await watching
  }

  /// Shows progress; a second connection that fails is no reason to stop.
  private func show(until isDone: Occasion) async {
    if console.isJSON { return }
    var view = ProgressView(console)
    try? await Session.with(connection, console, needs: []) { session in
      while !isDone.isRaised {
        let progress = try await session.client.progress(of: name)
        if progress.state == "finished" { return }
        view.show([progress], now: Date())
        try await isDone.wait(atMost: .milliseconds(500))
      }
    }
    view.clear()
  }
}
