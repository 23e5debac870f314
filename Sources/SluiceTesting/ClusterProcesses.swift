internal import Foundation
internal import SystemC

/// Processes of a cluster's server.
struct ClusterProcesses {
  /// Process id of the postmaster, when it runs.
  let postmaster: Int32?
  /// Every process whose working directory is the data directory: the postmaster and its children.
  let all: [Int32]

  /// Looks at the processes of this machine, once.
  init(directory: String) {
    let data = "\(directory)/data"
    let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { Int32($0) } ?? []
    all = numbers.filter { number in
      let place = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(number)/cwd")
      return place == data && !Self.isZombie(number)
    }
    let file = try? String(contentsOfFile: "\(data)/postmaster.pid", encoding: .utf8)
    let noted = file?.split(separator: "\n").first.flatMap { Int32($0) }
    postmaster = noted.flatMap { [all] in all.contains($0) ? $0 : nil }
  }

  /// Ends all of them: the postmaster by an immediate shutdown, then whatever is left by SIGKILL; blocks up to seconds.
  static func end(directory: String) {
    if let postmaster = ClusterProcesses(directory: directory).postmaster { _ = kill(postmaster, SIGQUIT) }
    let start = ContinuousClock.now
    while true {
      let left = ClusterProcesses(directory: directory).all
      if left.isEmpty || start.duration(to: .now) > .seconds(10) { return }
      if start.duration(to: .now) > .seconds(3) { for number in left { _ = kill(number, SIGKILL) } }
      usleep(10_000)
    }
  }

  private static func isZombie(_ number: Int32) -> Bool {
    let status = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8)
    guard let status, let name = status.lastIndex(of: ")") else { return true }
    return status[name...].dropFirst(2).first == "Z"
  }
}
