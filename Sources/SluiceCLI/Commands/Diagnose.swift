internal import ArgumentParser

/// `sluice doctor`.
struct Diagnose: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say what is wrong with server, rights, settings and migrations.",
    discussion: "Exits with 0 when nothing fails, else with 1. Changes nothing.")
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let console = output.console
    let findings = try await Session.with(connection, console, needs: [], as: "sluice doctor", isChecked: false) {
      session in await Doctor(client: session.client, connection: session.connection, server: session.server).findings()
    }
    let width = findings.map(\.check.count).max() ?? 0
    for finding in findings {
      let mark: Line
      switch finding.verdict {
      case .ok: mark = "\("ok  ", .green)"
      case .warn: mark = "\("warn", .yellow)"
      case .fail: mark = "\("fail", .red)"
      }
      let heading: Line = "\(mark)  \(Line(finding.check, .bold).padded(to: width))  "
      console.say((heading + Line(finding.message)).wrapped(to: console.width, indent: heading.width))
      if let advice = finding.advice {
        console.say(
          (Line().padded(to: heading.width) + Line(ServerText.told(advice), .dim))
            .wrapped(to: console.width, indent: heading.width))
      }
    }
    let isWell = !findings.contains { $0.verdict == .fail }
    try console.emit(Answer(ok: isWell, findings: findings))
    if !isWell { throw Ending(.failure) }
  }

  /// For programs.
  private struct Answer: Encodable {
    let ok: Bool
    let findings: [Finding]
  }
}
