/// Name of the column that a property stands for.
enum ColumnName {
  /// The key itself, where there is such a column or nothing to convert; else in snake case: `rowsDone` is `rows_done`.
  static func of(_ key: some CodingKey, among isColumn: (String) -> Bool) -> String {
    if isColumn(key.stringValue) { return key.stringValue }
    var name = ""
    for character in key.stringValue {
      if character.isUppercase { name.append("_") }
      name.append(contentsOf: character.lowercased())
    }
    return name
  }
}
