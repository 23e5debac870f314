internal import Foundation

/// What the application felt: the latencies that pgbench logged, from the moment when each transaction was due.
struct LatencyLog {
  /// One transaction.
  struct Entry {
    /// When it ended, in seconds since 1970.
    let endedAt: Double
    /// Milliseconds from the moment when it was due.
    let milliseconds: Double
  }

  /// Transactions in the order of the files.
  var entries: [Entry]

  /// Reads the text of pgbench's `--log`: `client number microseconds script seconds microseconds lag`.
  ///
  /// A last line that was cut off is passed over.
  init(_ text: String) {
    entries = text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ")
      guard fields.count >= 7, let taken = Double(fields[2]), let seconds = Double(fields[4]),
        let fraction = Double(fields[5])
      else { return nil }
      return Entry(endedAt: seconds + fraction / 1e6, milliseconds: taken / 1000)
    }
  }

  /// Reads all logs in a directory whose names begin alike.
  init(directory: String, prefix: String) {
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).filter {
      $0.hasPrefix(prefix)
    }
    let texts = names.sorted().map { name in
      String(decoding: FileManager.default.contents(atPath: "\(directory)/\(name)") ?? Data(), as: UTF8.self)
    }
    self.init(texts.joined(separator: "\n"))
  }

  /// Transactions that ended in a time.
  func between(_ start: Date, _ end: Date) -> LatencyLog {
    var part = self
    part.entries = entries.filter { (start.timeIntervalSince1970...end.timeIntervalSince1970).contains($0.endedAt) }
    return part
  }

  /// Latency in milliseconds that so large a share of the transactions did not exceed; nil without transactions.
  func percentile(_ share: Double) -> Double? {
    guard !entries.isEmpty else { return nil }
    let sorted = entries.map(\.milliseconds).sorted()
    let rank = Int((share * Double(sorted.count)).rounded(.up)) - 1
    return sorted[min(max(rank, 0), sorted.count - 1)]
  }
}
