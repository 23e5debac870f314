/// Version of the schema, such as `0.1.0`, ordered number by number.
public struct SchemaVersion: Sendable, Hashable {
  /// As it is written.
  public let description: String

  /// Version from its text; parts that are no numbers count as 0 when versions are compared.
  public init(_ description: String) {
    self.description = description
  }

  private var numbers: [Int] { description.split(separator: ".").map { Int($0) ?? 0 } }
}

extension SchemaVersion: CustomStringConvertible {}

extension SchemaVersion: ExpressibleByStringLiteral {
  /// Version from its text.
  public init(stringLiteral value: String) { self.init(value) }
}

extension SchemaVersion: Comparable {
  /// Whether a version came out before another: `0.9.0 < 0.10.0`.
  public static func < (left: SchemaVersion, right: SchemaVersion) -> Bool {
    left.numbers.lexicographicallyPrecedes(right.numbers)
  }
}

extension SchemaVersion: Codable {
  /// Reads the text.
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(String.self))
  }

  /// Writes the text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
