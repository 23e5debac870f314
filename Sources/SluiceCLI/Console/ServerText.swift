internal import Foundation

/// What the server says, in the words of this program: moments as everywhere else, and a command in place of the SQL that does
/// the same.
enum ServerText {
  /// The text for people; programs get it as it is.
  static func told(_ text: String, now: Date = Date(), timeZone: TimeZone = .current) -> String {
    let timed = text.replacing(
      #/(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.\d+)?([+-]\d\d)(?::(\d\d))?/#
    ) { match in
      let fields = [match.1, match.2, match.3, match.4, match.5, match.6].map { Int($0) }
      return moment(fields, hours: Int(match.7), minutes: match.8.flatMap { Int($0) }).map {
        Amount.moment($0, now: now, timeZone: timeZone)
      } ?? String(match.0)
    }
    return timed.replacing(#/(?:select|select \* from|call) sluice\.([a-z_]+)\('([a-z0-9_]+)'\);/#) { match in
      commands[String(match.1)].map { "sluice \($0) \(match.2)" } ?? String(match.0)
    }.replacing("select name from sluice.progress; lists all", with: "sluice list shows all")
  }

  private static func moment(_ fields: [Int?], hours: Int?, minutes: Int?) -> Date? {
    var calendar = Calendar(identifier: .gregorian)
    let hours = hours ?? 0
    let offset = hours * 3600 + (minutes ?? 0) * (hours < 0 ? -60 : 60)
    guard let timeZone = TimeZone(secondsFromGMT: offset) else { return nil }
    calendar.timeZone = timeZone
    return calendar.date(
      from: DateComponents(
        year: fields[0], month: fields[1], day: fields[2], hour: fields[3], minute: fields[4], second: fields[5]))
  }

  /// Commands by the function that they call.
  private static let commands = [
    "retry": "retry", "resume": "resume", "restart": "restart", "cancel": "cancel", "pause": "pause",
    "forget": "forget", "accept_remaining": "accept", "schedule": "schedule", "cleanup": "cleanup",
    "progress": "status", "assert_finished": "ensure",
  ]
}
