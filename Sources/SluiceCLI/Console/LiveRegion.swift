/// Lines at the bottom of a terminal that are drawn again in place.
struct LiveRegion {
  private let console: Console
  private var shown: [String] = []
  private var size: [Int] = []

  /// Region without lines.
  init(_ console: Console) { self.console = console }

  /// Replaces the lines, in one write, cut to the terminal; only lines that changed are drawn.
  mutating func draw(_ lines: [Line]) {
    let terminal = console.terminal
    let isResized = !shown.isEmpty && size != [terminal.width, terminal.height]
    size = [terminal.width, terminal.height]
    let fitting = lines.prefix(max(terminal.height - 1, 1))
    let next = fitting.map { $0.cut(to: terminal.width - 1).rendered(inColour: terminal.hasColour) }
    console.write(Self.codes(from: shown, to: next, isResized: isResized))
    shown = next
  }

  /// Leaves the lines where they are; the next are drawn below.
  mutating func settle() { shown = [] }

  /// Removes the lines.
  mutating func erase() { draw([]) }

  /// What to send so that the lines become others.
  ///
  /// A terminal of another size has broken the old ones in a way of its own: it is cleared.
  static func codes(from old: [String], to new: [String], isResized: Bool = false) -> String {
    if isResized { return "\u{1B}[?25l\u{1B}[H\u{1B}[2J\(new.map { "\r\($0)\u{1B}[K\n" }.joined())\u{1B}[?25h" }
    if old == new { return "" }
    var text = "\u{1B}[?25l"
    if !old.isEmpty { text += "\u{1B}[\(old.count)A" }
    for (index, line) in new.enumerated() {
      text += index < old.count && old[index] == line ? "\n" : "\r\(line)\u{1B}[K\n"
    }
    if old.count > new.count { text += "\u{1B}[J" }
    return text + "\u{1B}[?25h"
  }
}
