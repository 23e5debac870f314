/// What a definition's builder has gathered: the change and the other parts.
public struct DefinitionParts: Sendable {
  let change: any DefinitionChange
  let others: [any DefinitionPart]

  /// Which rows are meant so far, known to the compiler.
  public protocol Selection: Sendable {}
  /// All rows of the table: there was no `Pending`.
  public enum AllRows: Selection {}
  /// The rows of a `Pending`.
  public enum PendingRows: Selection {}

  /// Parts without a change.
  public struct Incomplete<Rows: Selection>: Sendable {
    let others: [any DefinitionPart]
  }

  /// Parts with their one change.
  public struct Complete<Rows: Selection, Change: DefinitionChange>: Sendable {
    let change: Change
    let others: [any DefinitionPart]
  }
}
