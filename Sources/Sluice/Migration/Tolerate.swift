/// How much may fail; nil for the policy's default.
///
/// ```swift
/// Tolerate(attempts: 20, failed: 0.001)
/// ```
public struct Tolerate: DefinitionPart {
  let attempts: Int?
  let failed: Double?

  /// Transient failures in a row until a range is given up, and the share of rows that may be quarantined, from 0 to 1.
  public init(attempts: Int? = nil, failed: Double? = nil) {
    self.attempts = attempts
    self.failed = failed
  }

  /// Writes the part down.
  public func apply(to definition: inout Definition) {
    definition.maxAttempts = attempts ?? definition.maxAttempts
    definition.maxFailed = failed ?? definition.maxFailed
  }
}
