/// How the migrations of an application differ from those that its role owns in the database.
public struct Drift: Sendable, Hashable, Codable {
  /// Those that are defined differently, with the arguments that differ, or by another role.
  public var different: [DefinitionComparison]
  /// Names of those that are not defined yet.
  public var onlyInCode: [String]
  /// Those that the code does not know any more, which is no fault once they are finished.
  public var onlyInDatabase: [DefinedMigration]

  /// Whether the database knows every definition in code as it is there.
  public var isNone: Bool { different.isEmpty && onlyInCode.isEmpty }

  /// What stops a deploy; nil when nothing does.
  public var error: SluiceError? {
    if isNone { return nil }
    let particulars =
      different.map { comparison in
        let differences = comparison.differences.map(\.description)
        let facts = differences.isEmpty ? ["it belongs to \(comparison.owner ?? "another role")"] : differences
        return "\(comparison.name): \(facts.joined(separator: "; "))"
      } + onlyInCode.map { "\($0): only in code" }
    return SluiceError(
      .definitionsDiffer, "the migrations in code are not those in the database", sqlState: "SL035",
      detail: particulars.joined(separator: ". ") + ".",
      hint: different.isEmpty
        ? "Define them first: migrations.define(on:), or sluice define FILE..."
        : "Give what changed another name, or let go of the old definition: select sluice.forget('\(different[0].name)');"
    )
  }
}
