/// Everything that a migration needs to be planned, run, verified and cleaned up after: the arguments of `sluice.define`.
///
/// ```swift
/// let definition = Definition("builds_stage_id", target: "public.builds") {
///   Pending("stage_id is null")
///   Update(set: "stage_id = s.id", from: "public.stages s", where: "s.pipeline_id = builds.pipeline_id")
/// }
/// ```
public struct Definition: Sendable, Hashable, Codable {
  /// Unique name: a lower-case letter, then lower-case letters, digits and underscores.
  public var name: String
  /// Table, with its schema unless the search path finds it.
  public var target: String
  /// Predicate over the target's columns that says which rows still need work.
  public var pending: String
  /// What becomes of them.
  public var change: Change
  /// Columns to walk by; nil for the primary key.
  public var key: [String]?
  /// How to walk.
  public var walk: Walk
  /// Whether rows that are written meanwhile are converted by a trigger.
  public var capture: Bool
  /// How the end of a run is proved.
  public var proof: Proof
  /// Migrations that must be finished first.
  public var after: [String]
  /// Statements that cleanup runs after verification.
  public var onFinish: [String]
  /// How long a batch should take; nil for the default of the policy, as with the other limits.
  public var batchTime: Duration?
  /// Fewest rows of a batch.
  public var minBatch: Int?
  /// Most rows of a batch.
  public var maxBatch: Int?
  /// Transient failures in a row after which a range is given up.
  public var maxAttempts: Int?
  /// Share of rows that may be quarantined, from 0 to 1.
  public var maxFailed: Double?
  /// Schemas in which names are looked up; nil for those of the session that defines it.
  public var searchPath: [String]?

  /// Definition from its predicate, `true` for all rows, and its change; the rest has defaults.
  public init(_ name: String, target: String, pending: String, change: Change) {
    self.name = name
    self.target = target
    self.pending = pending
    self.change = change
    walk = .auto
    capture = false
    proof = .snapshot
    after = []
    onFinish = []
  }

  /// Definition from parts: one change (`Update`, `Delete`, `Statements` or `Handler`) and any others.
  public init(_ name: String, target: String, @DefinitionBuilder _ parts: () -> DefinitionParts) {
    let parts = parts()
    self.init(name, target: target, pending: "true", change: parts.change.change(of: name))
    for part in parts.others { part.apply(to: &self) }
  }
}
