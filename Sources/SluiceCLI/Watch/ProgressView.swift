internal import Foundation
internal import Sluice

/// Shows the progress of migrations as it changes: in place on a terminal, else in lines.
struct ProgressView {
  private let console: Console
  private var region: LiveRegion
  private var log: ProgressLog
  private let scroll: Scroll

  /// View on a console.
  init(_ console: Console, every interval: TimeInterval = 5, scroll: Scroll = Scroll()) {
    self.console = console
    self.scroll = scroll
    region = LiveRegion(console)
    log = ProgressLog(every: interval)
  }

  /// Shows how migrations stood when they were read, with a line below.
  mutating func show(_ all: [MigrationProgress], footer: Line? = nil) {
    guard console.isLive else {
      for progress in all {
        if let line = log.line(for: progress, now: progress.asOf) { console.say(line) }
      }
      return
    }
    let terminal = console.terminal
    region.draw(
      Self.lines(
        all, now: all.first?.asOf ?? .distantPast, width: terminal.width, height: terminal.height - 1, scroll: scroll,
        footer: footer))
  }

  /// Lines of the live view: a block for each migration, or a line where the blocks do not fit; of more lines than fit as many
  /// as there is room for, and which those are.
  static func lines(
    _ all: [MigrationProgress], now: Date, width: Int, height: Int, scroll: Scroll, footer: Line?
  ) -> [Line] {
    let ending = footer.map { [Line(), $0] } ?? []
    let blocks = Array(
      all.map { ProgressBlock(progress: $0, now: now).lines(width: width) }.joined(separator: [Line()]))
    if blocks.count + ending.count <= height { return blocks + ending }
    let table = MigrationTable.table(all, now: now).lines(width: width)
    if table.count + ending.count <= height { return table + ending }
    // a heading and the line that says which are shown
    let shown = scroll.window(of: table.count - 1, room: height - 2 - ending.count)
    let place: Line =
      "\("\(shown.lowerBound + 1) to \(shown.upperBound) of \(Amount.counted(table.count - 1, "migration")); arrow and page keys move", .dim)"
    return Array(table.prefix(1)) + Array(table.dropFirst()[(shown.lowerBound + 1)...shown.upperBound]) + [place]
      + ending
  }

  /// Takes away what was drawn last; lines that were printed stay.
  mutating func clear() {
    if console.isLive { region.erase() }
  }

  /// Leaves what was shown last where it is.
  mutating func close() { region.settle() }
}
