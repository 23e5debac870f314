/// How the program ends, in the spirit of sysexits; docs/cli.md explains each.
enum ExitStatus: Int32, CaseIterable, Sendable {
  /// Done.
  case ok = 0
  /// It failed, for a reason that has no number of its own.
  case failure = 1
  /// Not finished, or not possible in the present state: ask again later, or do first what the hint says.
  case unfinished = 2
  /// The command line cannot be understood.
  case usage = 64
  /// What was given is refused: a bad definition, a name in use, a schedule that can never be kept.
  case badInput = 65
  /// There is no such migration, file or table.
  case notFound = 66
  /// The server cannot be reached, or the connection was lost.
  case unavailable = 69
  /// A defect of the program.
  case defect = 70
  /// The schema is absent, or of a version that this program does not work with.
  case schemaMismatch = 73
  /// It cannot be done in the time or at the moment: the deadline is too short, a lock was not given.
  case notInTime = 75
  /// The server does not let this role do that, or does not let it in.
  case noPermission = 77
  /// The server cannot be used: too old, a standby, or behind a pooler in statement mode.
  case unsuitableServer = 78
  /// Interrupted by ctrl-C.
  case interrupted = 130
}
