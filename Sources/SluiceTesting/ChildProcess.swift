internal import Dispatch
internal import SystemC

/// A program started by this process, in the same process group, with signals as in a fresh shell.
public struct ChildProcess: Sendable {
  /// Process id.
  public let processID: Int32

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - command: program, found by PATH unless it has a slash, and its arguments.
  ///   - environment: the whole environment; nil for that of this process.
  ///   - output: file that standard output and error are appended to; nil to share those of this process.
  /// - Throws: `TestingError` when the program cannot be started.
  public init(_ command: [String], environment: [String: String]? = nil, output: String? = nil) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let output {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
      posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o644)
      posix_spawn_file_actions_adddup2(&actions, 1, 2)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for signal in [SIGINT, SIGTERM, SIGPIPE, SIGHUP] { sigaddset(&defaults, signal) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    let variables = environment?.map { "\($0.key)=\($0.value)" }
    var started: pid_t = 0
    let failure = Self.withArray(command) { arguments in
      Self.withArray(variables ?? []) { list in
        posix_spawnp(&started, command[0], &actions, &attributes, arguments, variables == nil ? environ : list)
      }
    }
    guard failure == 0 else {
      throw TestingError("could not start \"\(command[0])\": \(String(cString: strerror(failure)))")
    }
    processID = started
  }

  /// Waits for the end: the exit code, or 128 and the number of the signal that ended it.
  public func wait() async -> Int32 {
    await withCheckedContinuation { continuation in
      DispatchQueue(label: "child.\(processID)").async {
        var status: Int32 = 0
        while waitpid(processID, &status, 0) == -1, errno == EINTR {}
        let signal = status & 0x7f
        continuation.resume(returning: signal == 0 ? (status >> 8) & 0xff : 128 + signal)
      }
    }
  }

  /// Sends a signal.
  public func signal(_ number: Int32) {
    _ = kill(processID, number)
  }

  private static func withArray<Value>(
    _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Value
  ) -> Value {
    let array = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: strings.count + 1)
    for (index, string) in strings.enumerated() { array[index] = strdup(string) }
    array[strings.count] = nil
    defer {
      for index in strings.indices { free(array[index]) }
      array.deallocate()
    }
    return body(array)
  }
}
