/// Rows under headings, each column as wide as it must be.
struct Table {
  /// Heading and alignment of a column.
  struct Column {
    /// Heading; may be empty.
    let title: String
    /// Whether it holds numbers.
    var isRight = false
    /// Whether its texts may be shortened in their middle, where the table is too wide.
    var isName = false

    /// Column of text, aligned left.
    static func text(_ title: String) -> Column { Column(title: title) }

    /// Column of names, which are shortened before anything else is cut off.
    static func name(_ title: String) -> Column { Column(title: title, isName: true) }

    /// Column of numbers, aligned right.
    static func number(_ title: String) -> Column { Column(title: title, isRight: true) }
  }

  /// Columns, from left to right.
  let columns: [Column]
  /// Cells of each row; as many as there are columns.
  var rows: [[Line]] = []

  /// Table without rows.
  init(_ columns: Column...) { self.columns = columns }

  /// Lines of the table, cut to a width; columns where every cell is empty are left out.
  func lines(width limit: Int) -> [Line] {
    let used = columns.indices.filter { column in rows.contains { $0[column].width > 0 } }
    let heading = columns.map { Line($0.title, .dim) }
    let all = columns.allSatisfy(\.title.isEmpty) ? rows : [heading] + rows
    var widths = columns.indices.map { column in all.map { $0[column].width }.max() ?? 0 }
    shorten(&widths, used, to: limit)
    return all.map { row in
      let cells = used.map { column in
        let cell = columns[column].isName ? row[column].shortened(to: widths[column]) : row[column]
        return column == used.last && !columns[column].isRight
          ? cell : cell.padded(to: widths[column], alignedRight: columns[column].isRight)
      }
      return cells.joined(by: "  ").trimmed.cut(to: limit)
    }
  }

  /// Narrows the names, not too far, until all columns but the last fit, and the beginning of that one.
  private func shorten(_ widths: inout [Int], _ used: [Int], to limit: Int) {
    let isCut = used.last.map { !columns[$0].isRight } ?? false
    let needed =
      used.map { $0 == used.last && isCut ? min(widths[$0], Self.lastWidth) : widths[$0] }.reduce(0, +)
      + 2 * max(used.count - 1, 0)
    for column in used where columns[column].isName && needed > limit {
      widths[column] = max(widths[column] - (needed - limit), min(widths[column], Self.nameWidth))
    }
  }

  /// To how many columns names may be shortened.
  private static let nameWidth = 16
  /// How much is to be seen of a long text in the last column.
  private static let lastWidth = 16
}
