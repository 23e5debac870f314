extension PostgresResult: RandomAccessCollection {
  /// Index of the first row.
  public var startIndex: Int { rows.startIndex }
  /// Index after the last row.
  public var endIndex: Int { rows.endIndex }
  /// Row at an index, from 0.
  public subscript(position: Int) -> PostgresRow { rows[position] }

  /// The only row.
  ///
  /// - Throws: `PostgresError` of code `decoding` when there are none or several.
  public func single() throws -> PostgresRow {
    guard rows.count == 1, let row = rows.first else {
      throw PostgresError(.decoding, "expected one row, got \(rows.count)")
    }
    return row
  }
}
