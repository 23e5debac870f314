/// A scheduled migration of another role, whose batches this role's driver cannot run.
public struct ForeignMigration: Sendable, Hashable, Codable {
  /// Name.
  public var migration: String
  /// Role that owns it.
  public var owner: String

  /// Migration of a role.
  public init(migration: String, owner: String) {
    self.migration = migration
    self.owner = owner
  }

  /// Rows for those that are scheduled while none of this role is.
  static let query = """
    with scheduled as (
      select p.name as migration, p.owner::text from sluice.progress p
      where p.state in ('scheduled', 'running', 'verifying')
    )
    select s.migration, s.owner from scheduled s
    where not exists (select from scheduled o where o.owner = session_user)
    order by s.owner, s.migration
    """

  /// What is to be said of some, for people: `2 scheduled migrations belong to other roles: a, b of "author"; ...`.
  public static func remark(on migrations: [ForeignMigration]) -> String {
    let owners = Dictionary(grouping: migrations, by: \.owner).sorted { $0.key < $1.key }
    let names = owners.map { "\($0.value.map(\.migration).joined(separator: ", ")) of \"\($0.key)\"" }
    let count = migrations.count
    let subject =
      count == 1
      ? "1 scheduled migration belongs to another role" : "\(count) scheduled migrations belong to other roles"
    return "\(subject): \(names.joined(separator: "; ")); batches run only in sessions that are logged in as the owner"
  }
}
