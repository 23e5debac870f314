/// End of a command that has said everything already, with a status other than 0.
struct Ending: Error {
  /// How the program ends.
  let status: ExitStatus

  /// End with a status.
  init(_ status: ExitStatus) { self.status = status }
}
