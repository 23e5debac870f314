import Sluice
import SluiceSchema

extension SchemaSource {
  /// A made-up version before this one, with the same structure.
  static let older = embedded.renamed("0.0.1")

  /// A made-up version after this one: a new column, and another version number.
  static let newer: SchemaSource = {
    let change = "alter table sluice.policy add column made_up integer not null default 7;"
    var source = embedded.renamed("99.0.0")
    for index in source.files.indices where source.files[index].path == "tables/policy.sql" {
      source.files[index].sql += "\n" + change
    }
    source.upgrades.append(SchemaUpgrade(from: embedded.version, to: source.version, sql: change))
    return source
  }()

  private func renamed(_ version: SchemaVersion) -> SchemaSource {
    var source = self
    source.version = version
    for index in source.files.indices where source.files[index].path == "core/version.sql" {
      source.files[index].sql.replace("'\(self.version)'", with: "'\(version)'")
    }
    return source
  }
}
