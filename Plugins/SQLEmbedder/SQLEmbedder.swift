import Foundation

/// Writes a Swift file with the contents of `sql/`: `SQLEmbedder <folder> <output>`.
@main
struct SQLEmbedder {
  static func main() {
    do {
      let arguments = CommandLine.arguments
      guard arguments.count == 3 else { throw EmbeddingError("usage: SQLEmbedder <folder> <output>") }
      let folder = SQLFolder(url: URL(filePath: arguments[1]))
      try SwiftText(
        version: folder.version(), files: folder.listedFiles(), upgrades: folder.upgrades()
      ).text().write(to: URL(filePath: arguments[2]), atomically: true, encoding: .utf8)
    } catch {
      FileHandle.standardError.write(Data("error: \(error)\n".utf8))
      exit(1)
    }
  }
}
