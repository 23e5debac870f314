import FoundationEssentials

/// What this process uses, from /proc.
struct Usage: Codable {
  /// Open descriptors.
  let descriptors: Int
  /// Threads.
  let threads: Int
  /// Resident memory, in kilobytes.
  let kilobytes: Int

  /// What is used now.
  static func now() throws -> Usage {
    Usage(
      descriptors: try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count,
      threads: try number("Threads:"), kilobytes: try number("VmRSS:"))
  }

  private static func number(_ label: String) throws -> Int {
    let status = String(decoding: try Data(contentsOf: URL(filePath: "/proc/self/status")), as: UTF8.self)
    let line = status.split(separator: "\n").first { $0.hasPrefix(label) }
    return line.flatMap { Int($0.filter(\.isNumber)) } ?? -1
  }
}
