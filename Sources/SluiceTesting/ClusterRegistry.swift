internal import Dispatch
internal import Foundation
internal import Synchronization
internal import SystemC

/// Directories of the clusters that this process has, so that none survives it.
///
/// They are removed when their cluster is, at a normal exit, and at SIGINT and SIGTERM. What a SIGKILL leaves behind is
/// removed by the next process that starts a cluster: a directory's name contains its owner's process id.
final class ClusterRegistry: Sendable {
  /// The registry of this process.
  static let shared = ClusterRegistry()

  private static let prefix = "sluice-cluster-"
  private let directories = Mutex<Set<String>>([])
  private let isWatching = Mutex(false)

  private init() {
    atexit { ClusterRegistry.shared.removeAll() }
    removeOrphans()
  }

  /// Creates an empty directory that no other user can enter, with a name short enough for that of a socket.
  ///
  /// It is in memory where that is wanted and there is room.
  func makeDirectory(inMemory: Bool, removedOnSignals: Bool) throws -> String {
    if removedOnSignals { watchSignals() }
    let root = inMemory && Self.memoryHasRoom ? Self.memory : Self.disk
    var template = Array("\(root)/\(Self.prefix)\(getpid())-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw TestingError("could not create a directory in \(root)") }
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    directories.withLock { _ = $0.insert(path) }
    return path
  }

  /// Stops the server in a directory and removes the directory; blocks.
  func remove(_ directory: String) {
    ClusterProcesses.end(directory: directory)
    try? FileManager.default.removeItem(atPath: directory)
    directories.withLock { _ = $0.remove(directory) }
  }

  /// Removes every cluster of this process; blocks.
  func removeAll() {
    for directory in directories.withLock({ $0 }) { remove(directory) }
  }

  /// Directory of clusters on disk: `/tmp`, since `TMPDIR` may be private or too long for a socket.
  private static let disk = "/tmp"
  /// Directory of clusters in memory, where the hundreds of files of a database take less time to create and remove.
  private static let memory = "/dev/shm"

  /// Whether there are 4 GiB of memory for one more cluster.
  private static var memoryHasRoom: Bool {
    var files = statvfs()
    guard access(memory, W_OK) == 0, statvfs(memory, &files) == 0 else { return false }
    let available = (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8))?
      .split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }?
      .split(separator: " ").dropFirst().first.flatMap { UInt($0) }
    return min(UInt(files.f_bavail) * UInt(files.f_frsize) >> 10, available ?? 0) >= 4 << 20
  }

  private func removeOrphans() {
    for root in [Self.disk, Self.memory] {
      for name in (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? [] {
        guard name.hasPrefix(Self.prefix), let owner = Int32(name.dropFirst(Self.prefix.count).prefix { $0 != "-" }),
          kill(owner, 0) == -1, errno == ESRCH
        else { continue }
        remove("\(root)/\(name)")
      }
    }
  }

  private func watchSignals() {
    let isFirst = isWatching.withLock { watching in
      defer { watching = true }
      return !watching
    }
    guard isFirst else { return }
    for number in [SIGINT, SIGTERM] {
      Interruption.watch(number) {
        ClusterRegistry.shared.removeAll()
        Self.end(by: number)
      }
    }
  }

  /// Ends this process by a signal, which threads of a dispatch queue do not take otherwise.
  private static func end(by number: Int32) {
    signal(number, SIG_DFL)
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, number)
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
    raise(number)
  }
}
