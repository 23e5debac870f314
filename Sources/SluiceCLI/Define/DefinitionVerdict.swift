/// How a definition of a file stands to the database.
struct DefinitionVerdict: Encodable, Sendable {
  /// What `sluice define` would make of it.
  enum Verdict: String, Encodable, Sendable {
    /// Nothing: it is defined already, and the same.
    case same
    /// It would define it.
    case missing
    /// It would refuse it: the database has another definition of that name.
    case different
  }

  /// Name; nil when the statement was refused, which `message` is about.
  let name: String?
  /// File where it is defined.
  let file: String
  /// Line where its statement begins.
  let line: Int
  /// What `sluice define` would make of it.
  let verdict: Verdict
  /// What it would refuse it with.
  let message: String?
  /// Arguments that differ.
  let detail: String?

  /// Verdict, and particulars.
  var lines: [Line] {
    let place: Line = "\("\(file):\(line)", .dim)"
    switch verdict {
    case .same: return ["\(name ?? "", .bold)  \("the same", .green)  \(place)"]
    case .missing: return ["\(name ?? "", .bold)  \("not defined", .red)  \(place)"]
    case .different:
      return ["\(message ?? "", .red)  \(place)"] + (detail.map { ["  \($0)"] } ?? [])
    }
  }
}
