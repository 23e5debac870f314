/// What one check of the doctor found.
struct Finding: Encodable, Sendable, Hashable {
  /// How well it is.
  enum Verdict: String, Codable, Sendable {
    /// As it should be.
    case ok
    /// It works, and could be better.
    case warn
    /// It does not work.
    case fail
  }

  /// What was looked at.
  let check: String
  /// How well it is.
  let verdict: Verdict
  /// What was found, in one line.
  let message: String
  /// What to do; nil when nothing is to be done.
  let advice: String?

  /// A finding that asks for nothing.
  static func ok(_ check: String, _ message: String) -> Finding {
    Finding(check: check, verdict: .ok, message: message, advice: nil)
  }

  /// A finding to be thought about.
  static func warn(_ check: String, _ message: String, _ advice: String?) -> Finding {
    Finding(check: check, verdict: .warn, message: message, advice: advice)
  }

  /// A check that could not be made.
  static func unseen(_ check: String, _ failure: Failure) -> Finding {
    let message = [failure.message, failure.sqlState.map { "(\($0))" }].compactMap(\.self).joined(separator: " ")
    let advice = [failure.detail, failure.hint].compactMap(\.self).joined(separator: " ")
    return .fail(check, "could not be looked at: \(message)", advice.isEmpty ? nil : advice)
  }

  /// A finding that stops work.
  static func fail(_ check: String, _ message: String, _ advice: String?) -> Finding {
    Finding(check: check, verdict: .fail, message: message, advice: advice)
  }
}
