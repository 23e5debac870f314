/// What a key does in a live view.
enum WatchKey: Equatable {
  /// Leaves the view.
  case leave
  /// Moves by lines; down where it is above zero.
  case lines(Int)
  /// Moves by pages.
  case pages(Int)

  /// Reads keys from what a terminal sends, a byte at a time: `q`, the arrows, page up and down, space, `j` and `k`.
  struct Reader {
    private var sequence = ""

    /// Nothing pressed yet.
    init() {}

    /// Takes one byte; nil while no key is complete that means something.
    mutating func take(_ byte: Character) -> WatchKey? {
      if byte == "\u{1B}" {
        sequence = "\u{1B}"
        return nil
      }
      guard !sequence.isEmpty else { return Self.plain[byte] }
      sequence.append(byte)
      // the terminal ends a sequence with a letter or a tilde
      if sequence.count == 2, byte == "[" || byte == "O" { return nil }
      if byte.isNumber || byte == ";" { return nil }
      defer { sequence = "" }
      return Self.sequences[String(sequence.dropFirst(2))]
    }

    private static let plain: [Character: WatchKey] = [
      "q": .leave, "Q": .leave, "j": .lines(1), "k": .lines(-1), " ": .pages(1), "b": .pages(-1),
    ]
    private static let sequences: [String: WatchKey] = [
      "A": .lines(-1), "B": .lines(1), "5~": .pages(-1), "6~": .pages(1),
    ]
  }
}
