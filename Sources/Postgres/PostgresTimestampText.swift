internal import FoundationEssentials

/// Timestamps in PostgreSQL's ISO text format.
enum PostgresTimestampText {
  /// Reads `2026-11-22`, `2026-11-22 19:42:00.125` or `2026-11-22 19:42:00+05:30`; without an offset it is UTC.
  static func parse(_ text: String) -> Date? {
    if text == "infinity" { return .distantFuture }
    if text == "-infinity" { return .distantPast }
    let parts = text.split(separator: " ", maxSplits: 1)
    let day = parts[0].split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard day.count == 3, let year = day[0], let month = day[1], let dayOfMonth = day[2],
      (1...12).contains(month), (1...31).contains(dayOfMonth)
    else { return nil }
    var seconds = Double(daysSinceEpoch(year, month, dayOfMonth)) * 86_400
    if parts.count == 2 {
      guard let clock = parseClock(parts[1]) else { return nil }
      seconds += clock
    }
    return Date(timeIntervalSince1970: seconds)
  }

  /// Seconds since midnight, minus the offset from UTC.
  private static func parseClock(_ text: Substring) -> Double? {
    let offsetStart = text.firstIndex { $0 == "+" || $0 == "-" } ?? text.endIndex
    let clock = text[..<offsetStart].split(separator: ":", omittingEmptySubsequences: false)
    guard clock.count == 3, let hour = Int(clock[0]), let minute = Int(clock[1]), let second = Double(clock[2]) else {
      return nil
    }
    let sinceMidnight = Double(hour * 3_600 + minute * 60) + second
    guard offsetStart < text.endIndex else { return sinceMidnight }
    let sign = text[offsetStart] == "-" ? -1 : 1
    let offset = text[text.index(after: offsetStart)...].split(separator: ":").map { Int($0) }
    guard let hours = offset.first ?? nil, !offset.contains(nil), offset.count <= 3 else { return nil }
    let minutes = offset.count > 1 ? offset[1] ?? 0 : 0
    let seconds = offset.count > 2 ? offset[2] ?? 0 : 0
    return sinceMidnight - Double(sign * (hours * 3_600 + minutes * 60 + seconds))
  }

  /// Days from 1970-01-01 in the proleptic Gregorian calendar.
  private static func daysSinceEpoch(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
