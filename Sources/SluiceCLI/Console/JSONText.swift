internal import Foundation
internal import Sluice

/// JSON as the program prints it: keys in snake case and sorted, ISO times, `null` where there is nothing.
enum JSONText {
  /// One line of JSON.
  static func encode(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(try TreeEncoder.tree(of: value)), as: UTF8.self)
  }

  /// `rowsDone` as `rows_done`.
  static func key(_ name: String) -> String {
    name.reduce(into: "") { key, character in
      if character.isUppercase { key.append("_") }
      key.append(contentsOf: character.lowercased())
    }
  }
}
