import FoundationEssentials
import Postgres

/// Opens connections and has their sessions terminated, several at a time, and prints what it saw as one line of JSON.
///
/// Arguments: number of sessions, number at a time. The server is that of the environment.
@main
struct HangUpProgram {
  static func main() async throws {
    let (sessions, width) = (Int(CommandLine.arguments[1]) ?? 1, Int(CommandLine.arguments[2]) ?? 1)
    let begun = ContinuousClock.now
    // What the process needs once is not compared: its poller, its timers, its pools of threads and memory.
    let warmUp = sessions / 10
    var oddities = try await terminate(warmUp, atATime: width)
    try await Task.sleep(for: .milliseconds(100))
    let first = try Usage.now()
    oddities += try await terminate(sessions - warmUp, atATime: width)
    // A thread of Dispatch ends after five seconds without work; what wakes one sooner keeps all of them.
    try await Task.sleep(for: .seconds(8))
    let last = try Usage.now()
    let report = Report(
      hangUps: sessions - oddities.count, oddities: Array(oddities.prefix(10)),
      seconds: (ContinuousClock.now - begun) / .seconds(1), first: first, last: last)
    print(String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
  }

  /// Has so many sessions terminated; returns what went otherwise than it must.
  private static func terminate(_ sessions: Int, atATime width: Int) async throws -> [String] {
    try await withThrowingTaskGroup(of: [String].self) { lanes in
      for lane in 0..<width {
        lanes.addTask {
          try await PostgresConnection.withConnection { observer in
            var oddities: [String] = []
            for number in stride(from: lane, to: sessions, by: width) {
              let ending = Ending.allCases[number / width % Ending.allCases.count]
              if let oddity = try await ending.oddity(observer: observer) { oddities.append("\(ending): \(oddity)") }
            }
            return oddities
          }
        }
      }
      return try await lanes.reduce(into: []) { $0 += $1 }
    }
  }
}
