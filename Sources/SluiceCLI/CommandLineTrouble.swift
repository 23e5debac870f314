/// What is wrong with a command line, where more can be said than that.
enum CommandLineTrouble {
  /// The failure for a first word that is no command; nil when it is one, or an option.
  static func unknownCommand(_ arguments: [String], among names: [String]) -> Failure? {
    guard let word = arguments.first, !word.hasPrefix("-"), word != "help", !names.contains(word) else { return nil }
    let advice = nearest(to: word, among: names).map { "Did you mean sluice \($0)? " } ?? ""
    return Failure(.usage, "there is no command \"\(word)\"", hint: "\(advice)See sluice help.")
  }

  /// The name that was probably meant: one that begins so, or differs in two letters at most.
  static func nearest(to word: String, among names: [String]) -> String? {
    let near = names.map { (name: $0, distance: $0.hasPrefix(word) ? 0 : distance(from: word, to: $0)) }
      .filter { $0.distance <= min(2, word.count / 2) }
    return near.min { $0.distance < $1.distance }?.name
  }

  /// A command line whose negative numbers are values, for the parser takes what begins with a dash for an option.
  ///
  /// A number that no option asked for goes to the end, behind `--`.
  static func sparingNegativeNumbers(_ arguments: [String]) -> [String] {
    if arguments.contains("--") { return arguments }
    func isNegative(_ index: Int) -> Bool { arguments[index].hasPrefix("-") && Double(arguments[index]) != nil }
    let numbers = arguments.indices.filter { isNegative($0) && ($0 == 0 || !arguments[$0 - 1].hasPrefix("-")) }
    if numbers.isEmpty { return arguments }
    let others = arguments.indices.filter { !numbers.contains($0) }
    return others.map { arguments[$0] } + ["--"] + numbers.map { arguments[$0] }
  }

  /// The parser's message in one line, with what it lists, an item a line, behind commas.
  static func oneLine(_ message: String) -> String {
    let lines = message.split(separator: "\n").map { $0.drop { $0 == " " } }
    let items = lines.filter { $0.hasPrefix("- ") }.map { $0.dropFirst(2) }
    let words = lines.filter { !$0.hasPrefix("- ") }
    return (words + (items.isEmpty ? [] : [items.joined(separator: ", ")[...]])).joined(separator: " ")
  }

  /// Letters to insert, remove or replace.
  private static func distance(from word: String, to other: String) -> Int {
    let (word, other) = (Array(word), Array(other))
    var row = Array(0...other.count)
    for (line, letter) in word.enumerated() {
      var next = [line + 1]
      for (column, otherLetter) in other.enumerated() {
        next.append(min(row[column + 1] + 1, next[column] + 1, row[column] + (letter == otherLetter ? 0 : 1)))
      }
      row = next
    }
    return row[other.count]
  }
}
