internal import SystemC

/// Account that a server runs as: our own, or a humble one when we are root, which PostgreSQL refuses.
struct ServerUser: Sendable {
  /// Name of the other account; nil for our own.
  let name: String?
  private let userID: uid_t
  private let groupID: gid_t

  /// Picks `postgres`, else `nobody`, when this process is root.
  ///
  /// - Throws: `TestingError` when root finds neither.
  init() throws {
    guard geteuid() == 0 else {
      (name, userID, groupID) = (nil, geteuid(), getegid())
      return
    }
    for candidate in ["postgres", "nobody"] {
      guard let entry = getpwnam(candidate) else { continue }
      (name, userID, groupID) = (candidate, entry.pointee.pw_uid, entry.pointee.pw_gid)
      return
    }
    throw TestingError("PostgreSQL refuses to run as root, and there is no user \"postgres\" or \"nobody\"")
  }

  /// Command as that user runs it.
  func command(_ command: [String]) -> [String] {
    guard let name else { return command }
    return ["runuser", "-u", name, "--"] + command
  }

  /// Gives a file to the user.
  func own(_ path: String) {
    _ = chown(path, userID, groupID)
  }
}
