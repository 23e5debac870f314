/// Rows under headings, each column as wide as it must be.
struct Table {
  /// Heading and alignment of a column.
  struct Column {
    /// Heading; may be empty.
    let title: String
    /// Whether it holds numbers.
    let isRight: Bool

    /// Column of text, aligned left.
    static func text(_ title: String) -> Column { Column(title: title, isRight: false) }

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
    let widths = columns.indices.map { column in all.map { $0[column].width }.max() ?? 0 }
    return all.map { row in
      let cells = used.map { column in
        column == used.last && !columns[column].isRight
          ? row[column] : row[column].padded(to: widths[column], alignedRight: columns[column].isRight)
      }
      return cells.joined(by: "  ").trimmed.cut(to: limit)
    }
  }
}
