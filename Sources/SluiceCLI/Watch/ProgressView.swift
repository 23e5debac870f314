internal import Foundation

/// Shows the progress of migrations as it changes: in place on a terminal, else in lines.
struct ProgressView {
  private let console: Console
  private var region: LiveRegion
  private var log: ProgressLog

  /// View on a console.
  init(_ console: Console, every interval: TimeInterval = 5) {
    self.console = console
    region = LiveRegion(console)
    log = ProgressLog(every: interval)
  }

  /// Shows how migrations stand at a moment, with a line below.
  mutating func show(_ all: [MigrationProgress], now: Date, footer: Line? = nil) {
    guard console.isLive else {
      for progress in all {
        if let line = log.line(for: progress, now: now) { console.say(line) }
      }
      return
    }
    region.draw(Self.lines(all, now: now, width: console.terminal.width, footer: footer))
  }

  /// Lines of the live view.
  static func lines(_ all: [MigrationProgress], now: Date, width: Int, footer: Line?) -> [Line] {
    let blocks = all.map { ProgressBlock(progress: $0, now: now).lines(width: width) }
    return Array(blocks.joined(separator: [Line()])) + (footer.map { [Line(), $0] } ?? [])
  }

  /// Takes away what was drawn last; lines that were printed stay.
  mutating func clear() {
    if console.isLive { region.erase() }
  }

  /// Leaves what was shown last where it is.
  mutating func close() { region.settle() }
}
