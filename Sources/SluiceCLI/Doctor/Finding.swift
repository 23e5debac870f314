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
    .fail(check, "could not be looked at: \(failure.message)", failure.hint)
  }

  /// A finding that stops work.
  static func fail(_ check: String, _ message: String, _ advice: String?) -> Finding {
    Finding(check: check, verdict: .fail, message: message, advice: advice)
  }
}
