internal import Sluice

extension MigrationProgress {
  /// What a finished migration rests on: `verified 14:05:09`, `3 rows accepted as they are`, or nothing where no predicate says which
  /// rows are pending.
  var ending: String {
    if let verifiedAt { return "verified \(Amount.moment(verifiedAt, now: asOf))" }
    if let rowsPending, rowsPending > 0 { return Amount.rows(rowsPending, "accepted as it is", "accepted as they are") }
    return "not verifiable, as there is no predicate"
  }

  /// How far one is that has not ended, in short: `running, 4.3 %, about 19,130 rows remain`.
  var remainder: String {
    var parts = [state, Amount.percent(percent)]
    if rowsQuarantined > 0 { parts.append("\(Amount.count(rowsQuarantined)) in quarantine") }
    if let rowsPending, rowsPending > 0 || rowsQuarantined == 0 {
      parts.append("about \(Amount.rows(rowsPending, "remains", "remain"))")
    }
    return parts.joined(separator: ", ")
  }
}
