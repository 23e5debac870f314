/// Arrays in PostgreSQL's text format.
package enum PostgresArrayText {
  /// Writes one dimension; every element is quoted, nil is null.
  package static func write(_ elements: [String?]) -> String {
    let cells = elements.map { element in
      guard let element else { return "NULL" }
      var quoted = "\""
      for character in element.unicodeScalars {
        if character == "\"" || character == "\\" { quoted.unicodeScalars.append("\\") }
        quoted.unicodeScalars.append(character)
      }
      return quoted + "\""
    }
    return "{" + cells.joined(separator: ",") + "}"
  }

  /// Reads one dimension; nil when the text is not such an array.
  static func parse(_ text: String) -> [String?]? {
    var scalars = text.unicodeScalars[...]
    guard scalars.popFirst() == "{" else { return nil }
    if scalars.elementsEqual("}".unicodeScalars) { return [] }
    var elements: [String?] = []
    while true {
      guard let element = parseElement(&scalars), let separator = scalars.popFirst() else { return nil }
      elements.append(element)
      switch separator {
      case ",": continue
      case "}": return scalars.isEmpty ? elements : nil
      default: return nil
      }
    }
  }

  /// Reads one element and stops before its separator; the outer nil means malformed.
  private static func parseElement(_ scalars: inout Substring.UnicodeScalarView) -> String?? {
    var value = String.UnicodeScalarView()
    if scalars.first == "\"" {
      scalars.removeFirst()
      while let next = scalars.popFirst() {
        if next == "\"" { return .some(String(value)) }
        if next == "\\" {
          guard let escaped = scalars.popFirst() else { return nil }
          value.append(escaped)
        } else {
          value.append(next)
        }
      }
      return nil
    }
    while let next = scalars.first, next != ",", next != "}" {
      if next == "{" || next == "\"" { return nil }
      scalars.removeFirst()
      if next == "\\" {
        guard let escaped = scalars.popFirst() else { return nil }
        value.append(escaped)
      } else {
        value.append(next)
      }
    }
    if value.isEmpty { return nil }
    let word = String(value)
    return .some(word.uppercased() == "NULL" ? nil : word)
  }
}
