/// Finds the bounds of messages in the bytes of one direction.
struct MessageSplitter {
  private var buffer: [UInt8] = []
  private var isOpening: Bool
  private var expectsSingleByte = false

  /// Splitter for the start of a connection; a client opens it by messages without a type byte.
  init(isClient: Bool) {
    isOpening = isClient
  }

  /// The next thing to come is one byte: the answer to a request for encryption.
  mutating func expectSingleByte() {
    expectsSingleByte = true
  }

  /// Takes bytes and gives the messages that are complete.
  mutating func split(_ bytes: [UInt8]) -> [ProtocolMessage] {
    buffer += bytes
    var messages: [ProtocolMessage] = []
    while let message = next() { messages.append(message) }
    return messages
  }

  private mutating func next() -> ProtocolMessage? {
    if expectsSingleByte {
      guard let message = take(1, type: nil) else { return nil }
      expectsSingleByte = false
      return message
    }
    let start = isOpening ? 0 : 1
    guard buffer.count >= start + 4 else { return nil }
    let length = buffer[start..<(start + 4)].reduce(0) { $0 << 8 | Int($1) }
    guard let message = take(start + length, type: isOpening ? nil : buffer[0]) else { return nil }
    if isOpening { isOpening = message.asksForEncryption }
    return message
  }

  private mutating func take(_ count: Int, type: UInt8?) -> ProtocolMessage? {
    guard buffer.count >= count else { return nil }
    let message = ProtocolMessage(bytes: Array(buffer.prefix(count)), type: type)
    buffer.removeFirst(count)
    return message
  }
}
