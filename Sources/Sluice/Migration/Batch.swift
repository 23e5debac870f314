/// Limits of a batch; nil for the policy's default.
///
/// ```swift
/// Batch(time: .milliseconds(20), max: 500)
/// ```
public struct Batch: DefinitionPart {
  let time: Duration?
  let min: Int?
  let max: Int?

  /// How long a batch should take, and between which numbers of rows.
  public init(time: Duration? = nil, min: Int? = nil, max: Int? = nil) {
    self.time = time
    self.min = min
    self.max = max
  }

  /// Writes the part down.
  public func apply(to definition: inout Definition) {
    definition.batchTime = time ?? definition.batchTime
    definition.minBatch = min ?? definition.minBatch
    definition.maxBatch = max ?? definition.maxBatch
  }
}
