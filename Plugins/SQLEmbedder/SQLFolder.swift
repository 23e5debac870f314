import Foundation

/// The folder `sql/`, whose `install.sql` is the only list of files.
struct SQLFolder {
  /// Where it is.
  let url: URL

  /// Files in the order of `install.sql`, by path within the folder, with their text.
  ///
  /// - Throws: `EmbeddingError` for anything in `install.sql` that only psql could do.
  func listedFiles() throws -> [(path: String, text: String)] {
    var files: [(path: String, text: String)] = []
    for line in try lines(of: "install.sql") {
      if line.hasPrefix("\\ir ") {
        let path = line.dropFirst(4).trimmingCharacters(in: .whitespaces)
        files.append((path, try text(of: path)))
      } else if !line.isEmpty, !line.hasPrefix("--"), !["begin;", "commit;", "\\set ON_ERROR_STOP on"].contains(line) {
        throw EmbeddingError("install.sql: only \\ir lines can be embedded, not: \(line)")
      }
    }
    return files
  }

  /// The version written in `core/version.sql`, such as `0.1.0`.
  ///
  /// - Throws: `EmbeddingError` when there is none.
  func version() throws -> String {
    for line in try lines(of: "core/version.sql") {
      let words = line.split(separator: "'", omittingEmptySubsequences: false)
      if words.count == 3, words[0].trimmingCharacters(in: .whitespaces) == "select" { return String(words[1]) }
    }
    throw EmbeddingError("core/version.sql: no line like: select '0.1.0'")
  }

  /// Structural changes between versions, from the files `upgrades/<from>--<to>.sql`.
  func upgrades() throws -> [(from: String, to: String, text: String)] {
    let folder = url.appending(path: "upgrades")
    guard FileManager.default.fileExists(atPath: folder.path()) else { return [] }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path()).filter { $0.hasSuffix(".sql") }
    return try names.sorted().map { name in
      let versions = name.dropLast(4).components(separatedBy: "--")
      guard versions.count == 2 else { throw EmbeddingError("upgrades/\(name): not named <from>--<to>.sql") }
      return (versions[0], versions[1], try text(of: "upgrades/\(name)"))
    }
  }

  private func lines(of path: String) throws -> [String] {
    try read(path).components(separatedBy: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// Text of a file that runs without psql.
  private func text(of path: String) throws -> String {
    let text = try read(path)
    for (index, line) in text.components(separatedBy: "\n").enumerated() where line.hasPrefix("\\") {
      throw EmbeddingError("\(path):\(index + 1): only psql understands: \(line)")
    }
    return text
  }

  private func read(_ path: String) throws -> String {
    guard let text = try? String(contentsOf: url.appending(path: path), encoding: .utf8) else {
      throw EmbeddingError("\(path): cannot be read")
    }
    return text
  }
}
