/// Why the files cannot be embedded.
struct EmbeddingError: Error, CustomStringConvertible {
  /// One line for people.
  let description: String

  /// Error with a message.
  init(_ description: String) {
    self.description = description
  }
}
