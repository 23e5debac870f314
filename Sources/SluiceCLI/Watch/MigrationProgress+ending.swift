internal import Sluice

extension MigrationProgress {
  /// What a finished migration rests on: `verified 14:05:09`, or `3 rows accepted as they are`.
  var ending: String {
    verifiedAt.map { "verified \(Amount.moment($0))" } ?? "\(Amount.count(rowsPending ?? 0)) rows accepted as they are"
  }
}
