internal import Foundation

/// What the server says, in the words of this program: moments as everywhere else, and a command in place of the SQL that does
/// the same.
enum ServerText {
  /// The text for people; programs get it as it is.
  static func told(_ text: String, now: Date? = nil, timeZone: TimeZone = .current) -> String {
    withCommands(
      text.replacing(
        #/(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.\d+)?([+-]\d\d)(?::(\d\d))?/#
      ) { match in
        let fields = [match.1, match.2, match.3, match.4, match.5, match.6].map { Int($0) }
        return moment(fields, hours: Int(match.7), minutes: match.8.flatMap { Int($0) }).map {
          Amount.moment($0, now: now, timeZone: timeZone)
        } ?? String(match.0)
      })
  }

  /// The text with commands for calls, and options for arguments that are spoken of without a call.
  private static func withCommands(_ text: String) -> String {
    text.replacing(
      #/(select \* from |select |call )?sluice\.([a-z_]+)\('([a-z0-9_]+)'((?:, [^()]*)?)\)(;?)/#
    ) { match in
      let command = CommandText.command(String(match.2), of: String(match.3), arguments: String(match.4))
      guard let command else { return String(match.0) }
      if !match.5.isEmpty { return command + stop(before: text[match.range.upperBound...]) }
      // "call" without a semicolon is a word of the sentence
      return (match.1 == "call " ? "call " : "") + command
    }
    .replacing(#/\b(within|during) => ('[^']*')/#) { match in
      CommandText.option(String(match.1), value: String(match.2)) ?? String(match.0)
    }
    .replacing("starting => now() + '1 hour'", with: "--starting 'tomorrow 02:00'")
    .replacing("or null for no limit", with: "or none for no limit")
    .replacing("select name from sluice.progress; lists all", with: "sluice list shows all")
  }

  /// What keeps a command apart from the words behind it, in place of the semicolon of its SQL.
  private static func stop(before rest: Substring) -> String {
    guard rest.first == " ", let word = rest.split(separator: " ").first else { return "" }
    if word.first?.isUppercase == true { return "." }
    switch word {
    case "goes", "says": return ""
    case "which", "or", "and": return ","
    default: return ";"
    }
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
}
