internal import FoundationEssentials

/// Timestamps in PostgreSQL's ISO text format.
enum PostgresTimestampText {
  /// Writes `2026-11-22 19:42:00.125000Z`, to the microsecond, in the calendar that PostgreSQL has for all times.
  static func write(_ moment: Date) -> String {
    if moment == .distantFuture { return "infinity" }
    if moment == .distantPast { return "-infinity" }
    let microseconds = Int((moment.timeIntervalSince1970 * 1_000_000).rounded())
    let (second, fraction) = divide(microseconds, 1_000_000)
    let (day, secondOfDay) = divide(second, 86_400)
    let (year, month, dayOfMonth) = dateOf(day)
    let date = "\(padded(year > 0 ? year : 1 - year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))"
    let (hour, rest) = divide(secondOfDay, 3_600)
    let clock = "\(padded(hour, 2)):\(padded(rest / 60, 2)):\(padded(rest % 60, 2)).\(padded(fraction, 6))Z"
    return "\(date) \(clock)\(year > 0 ? "" : " BC")"
  }

  /// Quotient and remainder, the latter never negative.
  private static func divide(_ number: Int, _ divisor: Int) -> (Int, Int) {
    let remainder = ((number % divisor) + divisor) % divisor
    return ((number - remainder) / divisor, remainder)
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = "\(number)"
    return String(repeating: "0", count: max(width - digits.count, 0)) + digits
  }

  /// Date of a day counted from 1970-01-01, in the proleptic Gregorian calendar; the year before 1 is 0.
  private static func dateOf(_ day: Int) -> (year: Int, month: Int, day: Int) {
    let (era, dayOfEra) = divide(day + 719_468, 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let dayOfMonth = dayOfYear - (153 * month + 2) / 5 + 1
    return (era * 400 + yearOfEra + (month < 10 ? 0 : 1), month < 10 ? month + 3 : month - 9, dayOfMonth)
  }

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
