extension String {
  /// The same, filled with blanks to a width.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(width - columns, 0))
  }
}
