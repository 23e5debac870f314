/// Puts a definition together; one without a change, or with two, does not compile.
@resultBuilder public enum DefinitionBuilder {
  /// First part, not the change.
  public static func buildPartialBlock(first: some DefinitionPart) -> DefinitionParts.Incomplete {
    DefinitionParts.Incomplete(others: [first])
  }

  /// First part, the change.
  public static func buildPartialBlock(first: some DefinitionChange) -> DefinitionParts.Complete {
    DefinitionParts.Complete(change: first, others: [])
  }

  /// Another part before the change.
  public static func buildPartialBlock(
    accumulated: DefinitionParts.Incomplete, next: some DefinitionPart
  ) -> DefinitionParts.Incomplete {
    DefinitionParts.Incomplete(others: accumulated.others + [next])
  }

  /// The change.
  public static func buildPartialBlock(
    accumulated: DefinitionParts.Incomplete, next: some DefinitionChange
  ) -> DefinitionParts.Complete {
    DefinitionParts.Complete(change: next, others: accumulated.others)
  }

  /// Another part after the change.
  public static func buildPartialBlock(
    accumulated: DefinitionParts.Complete, next: some DefinitionPart
  ) -> DefinitionParts.Complete {
    DefinitionParts.Complete(change: accumulated.change, others: accumulated.others + [next])
  }

  /// A second change.
  @available(*, unavailable, message: "a migration has one change: Update, Delete, Statements or Handler")
  public static func buildPartialBlock(
    accumulated: DefinitionParts.Complete, next: some DefinitionChange
  ) -> DefinitionParts.Complete {
    accumulated
  }

  /// Everything, with a change.
  public static func buildFinalResult(_ parts: DefinitionParts.Complete) -> DefinitionParts.Complete {
    parts
  }

  /// Everything, without a change.
  @available(*, unavailable, message: "a migration needs a change: Update, Delete, Statements or Handler")
  public static func buildFinalResult(_ parts: DefinitionParts.Incomplete) -> DefinitionParts.Complete {
    DefinitionParts.Complete(change: Statements(), others: parts.others)
  }
}
