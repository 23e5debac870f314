extension Definition {
  /// How the rows are walked.
  public enum Walk: String, Sendable, Hashable, Codable {
    /// As the plan finds best.
    case auto
    /// In the order of the key.
    case key
    /// By heap block; needs no index.
    case blocks
    /// In the order of the key, several passes over each stretch, so that updates stay on their page.
    case striped
  }
}
