internal import Foundation
internal import SystemC

/// The one way by which the program speaks: answers on standard output, trouble on standard error.
///
/// For programs (`--json`) an answer is one JSON document, and so is an error; both go to standard output.
struct Console: Sendable {
  /// What standard output is connected to.
  let terminal: Terminal
  /// Whether programs read the answers.
  let isJSON: Bool

  /// Console for people, or for programs.
  init(isJSON: Bool = false) {
    terminal = Terminal()
    self.isJSON = isJSON
  }

  /// Whether lines may be drawn again in place.
  var isLive: Bool { terminal.isInteractive && !isJSON }

  /// Columns to which text is broken; without limit where nobody watches.
  var width: Int { terminal.isInteractive ? terminal.width : .max }

  /// Prints a line for people; nothing when programs read.
  func say(_ line: Line = "") {
    if !isJSON { write(line.rendered(inColour: terminal.hasColour) + "\n") }
  }

  /// Prints lines for people.
  func say(_ lines: [Line]) {
    for line in lines { say(line) }
  }

  /// Prints an answer for programs: one line of JSON.
  func emit(_ value: some Encodable) throws {
    if isJSON { write(try JSONText.encode(value) + "\n") }
  }

  /// Prints a remark of the server for people, as `note:` lines on standard error.
  func note(_ note: Note) {
    guard !isJSON else { return }
    let mark = isErrorInColour ? "\u{1B}[33mnote:\u{1B}[0m" : "note:"
    complain(["\(mark) \(Self.told(note.message))"] + Self.particulars(detail: note.detail, hint: note.hint))
  }

  /// Prints an error: a few lines for people on standard error, one document for programs.
  func report(_ failure: Failure) {
    if isJSON, let text = try? JSONText.encode(ErrorDocument(failure)) { return write(text + "\n") }
    complain(
      ["sluice: \(Self.told(failure.message))"] + (failure.sqlState.map { ["sqlstate: \($0)"] } ?? [])
        + Self.particulars(detail: failure.detail, hint: failure.hint))
  }

  /// Writes text as it is to standard output, at once.
  func write(_ text: String) {
    Self.writeAll(text, to: STDOUT_FILENO)
  }

  private func complain(_ lines: [String]) {
    Self.writeAll(lines.joined(separator: "\n") + "\n", to: STDERR_FILENO)
  }

  private var isErrorInColour: Bool { Terminal(descriptor: STDERR_FILENO).hasColour }

  /// What the server says, in lines that cannot pass for others.
  private static func told(_ text: String) -> String { ServerText.told(text).visibleLines }

  private static func particulars(detail: String?, hint: String?) -> [String] {
    [detail.map { "detail: \(told($0))" }, hint.map { "hint: \(told($0))" }].compactMap(\.self)
  }

  private static func writeAll(_ text: String, to descriptor: Int32) {
    var bytes = ArraySlice(text.utf8)
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { SystemC.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 { bytes = bytes.dropFirst(count) } else if errno != EINTR && errno != EAGAIN { return }
    }
  }
}
