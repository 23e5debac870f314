/// A bar that fills from left to right.
enum Bar {
  /// Bar of a width, filled to a share between 0 and 1; full only at 1.
  static func line(share: Double, width: Int, style: Style) -> Line {
    let share = min(max(share, 0), 1)
    let halves = share == 1 ? width * 2 : min(Int(share * Double(width * 2)), width * 2 - 1)
    let (full, half) = (halves / 2, halves % 2)
    let filled = String(repeating: "━", count: full) + (half == 1 ? "╸" : "")
    return "\(filled, style)\(String(repeating: "─", count: width - full - half), .dim)"
  }
}
