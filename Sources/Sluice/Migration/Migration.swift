/// A migration as a type, so that the places that schedule it, ask for it and clean up after it agree on one definition.
///
/// ```swift
/// struct BuildsStageID: Migration {
///   static let definition = Definition("builds_stage_id", target: "public.builds") {
///     Pending("stage_id is null")
///     Update(set: "stage_id = s.id", from: "public.stages s", where: "s.name = builds.stage")
///   }
/// }
/// try await BuildsStageID.schedule(within: .weeks(1), on: sluice)
/// ```
public protocol Migration {
  /// What it is.
  static var definition: Definition { get }
}
