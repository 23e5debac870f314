/// Puts a definition together.
///
/// One without a change, with two, or with `Delete` and no `Pending`, does not compile.
@resultBuilder public enum DefinitionBuilder {
  /// Parts without a change.
  public typealias Incomplete = DefinitionParts.Incomplete
  /// Parts with one.
  public typealias Complete = DefinitionParts.Complete
  /// No `Pending` so far.
  public typealias AllRows = DefinitionParts.AllRows
  /// At least one `Pending`.
  public typealias PendingRows = DefinitionParts.PendingRows

  /// First part, a predicate.
  public static func buildPartialBlock(first: Pending) -> Incomplete<PendingRows> { .init(others: [first]) }

  /// First part, not the change.
  public static func buildPartialBlock(first: some DefinitionPart) -> Incomplete<AllRows> { .init(others: [first]) }

  /// First part, the change.
  public static func buildPartialBlock<Change: DefinitionChange>(first: Change) -> Complete<AllRows, Change> {
    .init(change: first, others: [])
  }

  /// A predicate before the change.
  public static func buildPartialBlock<Rows>(
    accumulated: Incomplete<Rows>, next: Pending
  ) -> Incomplete<PendingRows> {
    .init(others: accumulated.others + [next])
  }

  /// Another part before the change.
  public static func buildPartialBlock<Rows>(
    accumulated: Incomplete<Rows>, next: some DefinitionPart
  ) -> Incomplete<Rows> {
    .init(others: accumulated.others + [next])
  }

  /// The change.
  public static func buildPartialBlock<Rows, Change: DefinitionChange>(
    accumulated: Incomplete<Rows>, next: Change
  ) -> Complete<Rows, Change> {
    .init(change: next, others: accumulated.others)
  }

  /// A predicate after the change.
  public static func buildPartialBlock<Rows, Change>(
    accumulated: Complete<Rows, Change>, next: Pending
  ) -> Complete<PendingRows, Change> {
    .init(change: accumulated.change, others: accumulated.others + [next])
  }

  /// Another part after the change.
  public static func buildPartialBlock<Rows, Change>(
    accumulated: Complete<Rows, Change>, next: some DefinitionPart
  ) -> Complete<Rows, Change> {
    .init(change: accumulated.change, others: accumulated.others + [next])
  }

  /// Everything, with a predicate and a change.
  public static func buildFinalResult<Change>(_ parts: Complete<PendingRows, Change>) -> DefinitionParts {
    DefinitionParts(change: parts.change, others: parts.others)
  }

  /// Everything, with a change of all rows.
  public static func buildFinalResult(_ parts: Complete<AllRows, some WholeTableChange>) -> DefinitionParts {
    DefinitionParts(change: parts.change, others: parts.others)
  }
}

/// What does not compile, with the reason.
extension DefinitionBuilder {
  /// Nothing.
  @available(*, unavailable, message: "a migration needs a change: Update, Delete, Statements or Handler")
  public static func buildBlock() -> DefinitionParts { fatalError() }

  /// A second change.
  @available(*, unavailable, message: "a migration has one change: Update, Delete, Statements or Handler")
  public static func buildPartialBlock<Rows, Change>(
    accumulated: Complete<Rows, Change>, next: some DefinitionChange
  ) -> Complete<Rows, Change> {
    accumulated
  }

  /// Everything, without a change.
  @available(*, unavailable, message: "a migration needs a change: Update, Delete, Statements or Handler")
  public static func buildFinalResult<Rows>(_ parts: Incomplete<Rows>) -> DefinitionParts {
    DefinitionParts(change: Statements(), others: parts.others)
  }

  /// All rows of the table.
  @available(*, unavailable, message: "Delete needs Pending; to delete all rows of the table, say Pending(\"true\")")
  public static func buildFinalResult(_ parts: Complete<AllRows, Delete>) -> DefinitionParts {
    DefinitionParts(change: parts.change, others: parts.others)
  }

  /// Parts that depend on a condition.
  @available(*, unavailable, message: "the parts of a definition are fixed: it has no if, switch or for")
  public static func buildOptional(_ part: Incomplete<AllRows>?) -> Incomplete<AllRows> { fatalError() }

  /// Parts that depend on a condition.
  @available(*, unavailable, message: "the parts of a definition are fixed: it has no if, switch or for")
  public static func buildEither(first: Incomplete<AllRows>) -> Incomplete<AllRows> { first }

  /// Parts that depend on a condition.
  @available(*, unavailable, message: "the parts of a definition are fixed: it has no if, switch or for")
  public static func buildEither(second: Incomplete<AllRows>) -> Incomplete<AllRows> { second }

  /// Parts that repeat.
  @available(*, unavailable, message: "the parts of a definition are fixed: it has no if, switch or for")
  public static func buildArray(_ parts: [Incomplete<AllRows>]) -> Incomplete<AllRows> { fatalError() }
}
