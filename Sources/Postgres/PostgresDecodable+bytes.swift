public import FoundationEssentials

extension Data: PostgresDecodable {
  /// `bytea` in the output format hex: `\x00ff`.
  public init(postgresText: String?) throws(PostgresDecodingFailure) {
    guard let postgresText else { throw .null }
    var bytes = Data(capacity: postgresText.utf8.count / 2)
    var high: UInt8?
    for character in postgresText.utf8.dropFirst(2) {
      guard let digit = Self.value(of: character) else { throw .unreadable(expected: "Data (with bytea_output hex)") }
      if let first = high {
        bytes.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    guard postgresText.hasPrefix("\\x"), high == nil else {
      throw .unreadable(expected: "Data (with bytea_output hex)")
    }
    self = bytes
  }

  /// Value of a hexadecimal digit.
  private static func value(of character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
