/// What a definition's builder has gathered.
public enum DefinitionParts {
  /// Parts without a change.
  public struct Incomplete: Sendable {
    var others: [any DefinitionPart]
  }

  /// Parts with their one change.
  public struct Complete: Sendable {
    let change: Definition.Change
    var others: [any DefinitionPart]
  }
}
