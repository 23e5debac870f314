internal import Foundation
internal import Sluice
internal import SluiceTesting
internal import SystemC

/// Shows migrations twice a second until all of them have come to an end.
struct WatchLoop {
  /// Where they are.
  let connection: ConnectionOptions
  /// Where they are shown.
  let console: Console
  /// Which; empty for all that are not finished at the beginning.
  let names: [String]
  /// Seconds between two lines of mere progress, where lines are printed.
  let every: Double

  /// Watches to the end; says how the program should end.
  ///
  /// A connection that breaks is opened again: a restart of the server is something to be watched too.
  func run() async throws -> ExitStatus {
    let keyboard = console.isLive ? Keyboard() : nil
    defer { Keyboard.release() }
    let isLeft = Occasion()
    let isInterrupted = Occasion()
    let scroll = Scroll()
    if console.isLive {
      for number in [SIGINT, SIGTERM] {
        Interruption.watch(number) {
          isInterrupted.raise()
          isLeft.raise()
        }
      }
    }
    let keys = keyboard.map { keyboard in
      Task { [keys = keyboard.keys] in
        var reader = WatchKey.Reader()
        for await byte in keys {
          guard let key = reader.take(byte) else { continue }
          scroll.move(key)
          if key == .leave { isLeft.raise() } else { isLeft.nudge() }
        }
      }
    }
    defer { keys?.cancel() }
    let end = try await watch(until: isLeft, scroll)
    withExtendedLifetime(keyboard) {}
    return isInterrupted.isRaised ? .interrupted : end
  }

  private func watch(until isLeft: Occasion, _ scroll: Scroll) async throws -> ExitStatus {
    var watch = Watched(names: names, view: ProgressView(console, every: every, scroll: scroll))
    while true {
      do {
        return try await Session.with(connection, console, needs: [.schema], as: "sluice watch") { session in
          try await watch.follow(session, console, until: isLeft)
        }
      } catch let failure as Failure where failure.status == .unavailable && watch.hasSeen {
        watch.tell(lost: failure, console)
        try await isLeft.wait(atMost: .seconds(1))
        // who leaves has not seen the end
        if isLeft.isRaised { return .unfinished }
      }
    }
  }

  /// What is watched, and how it stood last.
  private struct Watched {
    var names: [String]
    var view: ProgressView
    var last: [MigrationProgress] = []
    var emitted: [String: MigrationProgress] = [:]

    /// Whether it was seen at all.
    var hasSeen: Bool { !names.isEmpty }

    /// Shows what a session sees, until the end.
    mutating func follow(_ session: Session, _ console: Console, until isLeft: Occasion) async throws -> ExitStatus {
      if names.isEmpty {
        names = try await session.client.progress().inReadingOrder.filter { !StateName.final.contains($0.state) }.map(
          \.name)
        if names.isEmpty { console.say("nothing to watch: every migration has come to an end") }
      } else {
        for name in names { _ = try await session.client.progress(of: name) }
      }
      while true {
        let all = try await session.client.progress()
        last = names.compactMap { name in all.first { $0.name == name } }
        try show(console)
        if last.allSatisfy({ StateName.final.contains($0.state) }) {
          view.close()
          return last.contains { $0.state != "finished" } ? .unfinished : .ok
        }
        try await isLeft.wait(atMost: .milliseconds(500))
        if isLeft.isRaised { return .unfinished }
      }
    }

    private mutating func show(_ console: Console) throws {
      guard console.isJSON else {
        let hint: Line? = last.allSatisfy { StateName.final.contains($0.state) } ? nil : "\("q leaves", .dim)"
        return view.show(last, footer: hint)
      }
      for progress in last {
        var known = emitted[progress.name]
        known?.asOf = progress.asOf
        if known == progress { continue }
        emitted[progress.name] = progress
        try console.emit(progress)
      }
    }

    /// Says that the connection is gone and is tried again.
    mutating func tell(lost failure: Failure, _ console: Console) {
      if console.isLive {
        view.show(last, footer: "\(failure.message, .yellow)\("; trying again, q leaves", .dim)")
      }
    }
  }
}
