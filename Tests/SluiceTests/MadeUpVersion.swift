import Sluice

extension SchemaSource {
  /// A made-up next version: a new column, a new function, and another version number.
  static let next: SchemaSource = {
    let change = "alter table sluice.policy add column made_up integer not null default 7;"
    var source = SchemaSource.embedded
    let old = source.version
    source.version = "99.0.0"
    for index in source.files.indices {
      switch source.files[index].path {
      case "tables/policy.sql": source.files[index].sql += "\n" + change
      case "core/version.sql":
        source.files[index].sql.replace("'\(old)'", with: "'99.0.0'")
        source.files[index].sql += """

          create or replace function sluice.made_up() returns integer language sql stable
          as $$ select made_up from sluice.policy $$;
          """
      default: break
      }
    }
    source.upgrades.append(SchemaUpgrade(from: old, to: "99.0.0", sql: change))
    return source
  }()
}
