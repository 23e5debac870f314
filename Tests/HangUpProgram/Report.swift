/// What the program prints.
struct Report: Codable {
  /// Sessions that ended as they must.
  let hangUps: Int
  /// Some of those that did not.
  let oddities: [String]
  /// How long it took.
  let seconds: Double
  /// What the process used after a tenth of the sessions.
  let first: Usage
  /// What it used at the end.
  let last: Usage
}
