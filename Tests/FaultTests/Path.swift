import SluiceTesting

/// How drivers reach their server.
enum Path: String, Sendable {
  /// By a connection of their own.
  case direct
  /// Through PgBouncer in transaction mode, with fewer connections than there are workers.
  case pooled

  /// Those that this machine has the programs for.
  static var all: [Path] { ConnectionPooler.isInstalled ? [.direct, .pooled] : [.direct] }

  /// Name of a fault on this path.
  func name(_ fault: String) -> String { self == .direct ? fault : "\(fault), through PgBouncer" }

  /// Number of faults, from that of an ordinary run without a pooler.
  func count(_ ordinary: Int) -> Int { FaultScale.of(self == .direct ? ordinary : max(ordinary / 3, 1)) }
}
