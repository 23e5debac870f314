internal import Foundation
internal import SystemC

/// Where a server's programs are: `initdb`, `pg_ctl`, `pg_basebackup` and so on.
public struct ServerPrograms: Sendable, Hashable {
  /// Directory of the programs.
  public let directory: String

  /// Finds the programs.
  ///
  /// Tried in order: the given directory; for a major version `/usr/lib/postgresql/<major>/bin` and
  /// `$SLUICE_SERVERS/<major>/bin` (by default `/var/tmp/sluice-servers`); without one the directory in
  /// `SLUICE_PG_BIN`, then what `pg_config --bindir` prints, then the newest version of `/usr/lib/postgresql`.
  ///
  /// - Throws: `TestingError` that names the places where nothing was found.
  public init(directory: String? = nil, major: Int? = nil) throws {
    let found = Self.candidates(directory, major)
    guard let match = found.first(where: { access("\($0)/initdb", X_OK) == 0 }) else {
      let wanted = major.map { "PostgreSQL \($0)" } ?? "a PostgreSQL server"
      throw TestingError("could not find \(wanted): no initdb in \(found.joined(separator: ", "))")
    }
    self.directory = match
  }

  /// Full path of a program.
  public func path(_ program: String) -> String { "\(directory)/\(program)" }

  private static func candidates(_ directory: String?, _ major: Int?) -> [String] {
    if let directory { return [directory] }
    let environment = ProcessInfo.processInfo.environment
    if let major {
      let servers = environment["SLUICE_SERVERS"] ?? "/var/tmp/sluice-servers"
      return ["/usr/lib/postgresql/\(major)/bin", "\(servers)/\(major)/bin"]
    }
    if let given = environment["SLUICE_PG_BIN"] { return [given] }
    let installed = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
    let newestFirst = installed.compactMap { Int($0) }.sorted(by: >).map { "/usr/lib/postgresql/\($0)/bin" }
    return [configuredDirectory()].compactMap { $0 } + newestFirst
  }

  private static func configuredDirectory() -> String? {
    guard let pipe = popen("pg_config --bindir 2>/dev/null", "r") else { return nil }
    defer { pclose(pipe) }
    var line = [CChar](repeating: 0, count: 4_096)
    guard fgets(&line, Int32(line.count), pipe) != nil else { return nil }
    return String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
