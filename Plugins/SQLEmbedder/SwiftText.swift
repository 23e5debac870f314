/// Swift source that makes a `SchemaSource` of the embedded files.
struct SwiftText {
  /// Version of the code.
  let version: String
  /// Files in order.
  let files: [(path: String, text: String)]
  /// Structural changes.
  let upgrades: [(from: String, to: String, text: String)]

  /// The whole file.
  func text() -> String {
    var lines = [
      "// Generated from sql/ by the build.",
      "",
      "extension SchemaSource {",
      "  /// What this build was made with.",
      "  public static let embedded = SchemaSource(",
      "    version: SchemaVersion(\(literal(version))), files: embeddedFiles, upgrades: embeddedUpgrades)",
      "",
      "  private static let embeddedFiles: [SchemaFile] = [",
    ]
    lines += files.map { "    SchemaFile(path: \(literal($0.path)), sql: \(literal($0.text)))," }
    lines += ["  ]", "", "  private static let embeddedUpgrades: [SchemaUpgrade] = ["]
    lines += upgrades.map { upgrade in
      let versions = "from: SchemaVersion(\(literal(upgrade.from))), to: SchemaVersion(\(literal(upgrade.to)))"
      return "    SchemaUpgrade(\(versions), sql: \(literal(upgrade.text))),"
    }
    lines += ["  ]", "}", ""]
    return lines.joined(separator: "\n")
  }

  /// Raw literal with enough number signs that nothing in the text can end it.
  private func literal(_ text: String) -> String {
    var signs = "#"
    while text.contains("\"" + signs) || text.contains("\\" + signs) { signs += "#" }
    if !text.contains("\n") { return "\(signs)\"\(text)\"\(signs)" }
    return "\(signs)\"\"\"\n\(text)\n\"\"\"\(signs)"
  }
}
