/// Why a test's surroundings could not be set up, in one line and, where there is more, the output of a tool.
public struct TestingError: Error, Sendable, CustomStringConvertible {
  /// Text for people.
  public let description: String

  /// Error with a text for people.
  public init(_ description: String) {
    self.description = description
  }
}
