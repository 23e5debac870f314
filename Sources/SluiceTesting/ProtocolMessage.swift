/// One message of PostgreSQL's protocol, version 3.
struct ProtocolMessage: Hashable {
  /// The whole message as it travels.
  let bytes: [UInt8]
  /// Type byte; nil for the messages that open a connection.
  let type: UInt8?

  /// Command tag, when the message is the server's CommandComplete.
  var completedTag: String? {
    guard type == UInt8(ascii: "C") else { return nil }
    return String(decoding: bytes.dropFirst(5).dropLast(), as: UTF8.self)
  }

  /// Whether the client asks for TLS or GSSAPI, which the server answers by a single byte.
  var asksForEncryption: Bool {
    guard type == nil, bytes.count == 8 else { return false }
    let code = bytes[4...].reduce(0) { $0 << 8 | Int($1) }
    return code == 80_877_103 || code == 80_877_104
  }
}
