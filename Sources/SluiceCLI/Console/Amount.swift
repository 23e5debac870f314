internal import Foundation

/// Numbers, times and sizes as people read them.
enum Amount {
  /// Whole number in groups of three: `1,234,567`.
  static func count(_ value: some BinaryInteger) -> String {
    let digits = String(value.magnitude)
    var groups: [Substring] = []
    var rest = Substring(digits)
    while rest.count > 3 {
      groups.insert(rest.suffix(3), at: 0)
      rest = rest.dropLast(3)
    }
    groups.insert(rest, at: 0)
    return (value < 0 ? "-" : "") + groups.joined(separator: ",")
  }

  /// So many of something: `1 migration`, `2,000 migrations`.
  static func counted(_ value: some BinaryInteger, _ one: String) -> String {
    "\(count(value)) \(one)\(value == 1 ? "" : "s")"
  }

  /// So many rows, and what they do: `1 row remains`, `2,000 rows remain`.
  static func rows(_ count: Int, _ one: String, _ many: String) -> String {
    "\(counted(count, "row")) \(count == 1 ? one : many)"
  }

  /// Number with so many digits behind the point.
  static func fixed(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

  /// Rows a second, without a point where there is nothing behind it: `5,000`, `0.5`.
  static func rate(_ value: Double) -> String { Int(exactly: value).map { count($0) } ?? "\(value)" }

  /// Share of a hundred: `61.3 %`, never rounded up to a hundred.
  static func percent(_ value: Double) -> String {
    let shown = value < 100 ? min(value, 99.9) : 100
    return shown == 100 ? "100 %" : "\(fixed(shown, 1)) %"
  }

  /// Time span by its two greatest units: `2 d 4 h`, `1 min 12 s`, `8.2 s`, `34 ms`.
  static func duration(seconds: Double) -> String {
    let magnitude = abs(seconds)
    if magnitude < 0.0005 { return "0 s" }
    if magnitude < 1 { return "\(fixed(magnitude * 1000, 0)) ms" }
    if magnitude < 9.95 { return "\(fixed(magnitude, 1)) s" }
    let whole = Int(magnitude.rounded())
    let parts = [(whole / 86400, "d"), (whole / 3600 % 24, "h"), (whole / 60 % 60, "min"), (whole % 60, "s")]
    let first = parts.firstIndex { $0.0 > 0 } ?? 3
    return parts[first...].prefix(2).filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: " ")
  }

  /// Size in the unit that fits: `12 MB`.
  static func bytes(_ value: Double) -> String {
    let units = ["bytes", "kB", "MB", "GB", "TB", "PB"]
    var (value, unit) = (value, 0)
    while abs(value) >= 1024, unit < units.count - 1 { (value, unit) = (value / 1024, unit + 1) }
    return "\(fixed(value, unit == 0 || abs(value) >= 10 ? 0 : 1)) \(units[unit])"
  }

  /// Moment in local time, as short as it is clear: `14:02:11` today, `Tue 14:02` within a week, else with the date.
  ///
  /// The present moment is the server's; where that is not known, the date is written.
  static func moment(_ date: Date, now: Date?, timeZone: TimeZone = .current) -> String {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = timeZone
    let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second, .weekday], from: date)
    func padded(_ number: Int?) -> String { number.map { $0 < 10 ? "0\($0)" : "\($0)" } ?? "" }
    let clock = "\(padded(parts.hour)):\(padded(parts.minute))"
    if let now, calendar.isDate(date, inSameDayAs: now) { return "\(clock):\(padded(parts.second))" }
    if let now, abs(date.timeIntervalSince(now)) < 6 * 86400 {
      let names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
      return "\(names[(parts.weekday ?? 1) - 1]) \(clock)"
    }
    return "\(parts.year ?? 0)-\(padded(parts.month))-\(padded(parts.day)) \(clock)"
  }
}
