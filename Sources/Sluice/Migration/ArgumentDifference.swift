/// Argument of `sluice.define` that is one thing in code and another in the database.
public struct ArgumentDifference: Sendable, Hashable, Codable {
  /// Name of the argument, such as `pending`.
  public var argument: String
  /// Value in code; nil where it is not given.
  public var inCode: JSONValue?
  /// Value in the database; nil where it was not given.
  public var inDatabase: JSONValue?

  private enum CodingKeys: String, CodingKey {
    case argument
    case inCode = "in_code"
    case inDatabase = "in_database"
  }
}

extension ArgumentDifference: CustomStringConvertible {
  /// Argument and both values: `set is "n = 2" in code, "n = 1" in the database`.
  public var description: String {
    "\(argument) is \(Self.text(inCode)) in code, \(Self.text(inDatabase)) in the database"
  }

  private static func text(_ value: JSONValue?) -> String { value.map { "\($0.text)" } ?? "not given" }
}
