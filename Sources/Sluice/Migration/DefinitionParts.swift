/// What a definition's builder has gathered.
public enum DefinitionParts {
  /// Parts without a change.
  public struct Incomplete: Sendable {
    var others: [any DefinitionPart]
  }

  /// Parts with their one change.
  public struct Complete: Sendable {
    let change: any DefinitionChange
    var others: [any DefinitionPart]
  }
}
