extension ExitStatus {
  /// The end that an SQLSTATE leads to.
  init(sqlState: String) {
    self = Self.bySQLState[sqlState] ?? Self.byClass[String(sqlState.prefix(2))] ?? .failure
  }

  /// Words of Sluice and single codes of PostgreSQL.
  private static let bySQLState: [String: ExitStatus] = [
    "SL001": .badInput, "SL002": .notFound, "SL003": .badInput, "SL004": .badInput, "SL005": .badInput,
    "SL006": .unfinished, "SL007": .noPermission, "SL009": .badInput, "SL010": .notInTime, "SL012": .unfinished,
    "SL013": .unsuitableServer, "SL014": .notInTime, "SL015": .noPermission, "SL016": .badInput,
    "SL017": .unfinished, "SL020": .unfinished, "SL021": .unfinished, "SL022": .unfinished,
    "SL023": .badInput, "SL035": .unfinished,
    "25006": .unsuitableServer, "42501": .noPermission, "3D000": .notFound,
    "55P03": .notInTime, "57014": .notInTime, "57P03": .unavailable, "53300": .unavailable,
    "0A000": .badInput,
  ]

  /// Classes of PostgreSQL.
  private static let byClass: [String: ExitStatus] = [
    "08": .unavailable, "57": .unavailable, "28": .noPermission, "22": .badInput, "23": .badInput, "26": .badInput,
    "42": .badInput, "40": .notInTime,
  ]
}
