import Dispatch
import Foundation
import Synchronization
import SystemC
import Testing

@testable import Postgres
@testable import SluiceTesting

/// The thread that waits for all descriptors.
@Suite("The poller", .timeLimit(.minutes(5)))
struct PollerTests {
  @Test("reports input, once for each time that it is asked, and again what is still there")
  func readable() async throws {
    let pair = try SocketPair()
    let log = Log(pair.near)
    log.watch.arm(for: .readable)
    try await log.stays(at: 0)
    pair.send()
    try await log.reaches(1)
    try await log.stays(at: 1)
    log.watch.arm(for: .readable)
    try await log.reaches(2)
    #expect(log.reports == [.readable, .readable])
    #expect(log.watch.hasInput)
  }

  @Test("reports room to write when there is some, beside input or alone")
  func writable() async throws {
    let pair = try SocketPair()
    let log = Log(pair.near)
    log.watch.arm(for: .writable)
    try await log.reaches(1)
    #expect(log.reports == [.writable])
    pair.send()
    log.watch.arm(for: [.readable, .writable])
    try await log.reaches(2)
    #expect(log.reports.last == [.readable, .writable])
    pair.fill()
    log.watch.arm(for: .writable)
    try await log.stays(at: 2)
    pair.drainFar()
    try await log.reaches(3)
    #expect(log.reports.last == .writable)
  }

  @Test("takes the last interest that was asked for, and none when that is none")
  func replaced() async throws {
    let pair = try SocketPair()
    pair.send()
    let log = Log(pair.near)
    for _ in 0..<100 {
      let seen = log.reports.count
      log.watch.arm(for: [])
      log.watch.arm(for: .writable)
      try await log.reaches(seen + 1)
    }
    #expect(log.reports.allSatisfy { $0 == .writable })
  }

  @Test("reports a hang-up as readable and writable, whatever was asked for, with the last data and after it")
  func hangUp() async throws {
    let pair = try SocketPair()
    pair.send()
    pair.closeFar()
    let log = Log(pair.near)
    log.watch.arm(for: .readable)
    try await log.reaches(1)
    var byte: UInt8 = 0
    #expect(recv(pair.near, &byte, 1, 0) == 1)
    log.watch.arm(for: .writable)
    try await log.reaches(2)
    #expect(recv(pair.near, &byte, 1, 0) == 0)
    #expect(log.reports == [[.readable, .writable], [.readable, .writable]])
  }

  @Test("does not go round in circles over a hang-up that nobody asks about")
  func quietHangUp() async throws {
    let pair = try SocketPair()
    let log = Log(pair.near)
    log.watch.arm(for: .readable)
    pair.closeFar()
    try await log.reaches(1)
    let before = try await processorTime()
    try await Task.sleep(for: .milliseconds(300))
    #expect(try await processorTime() - before < 0.2)
    #expect(log.reports.count == 1)
  }

  @Test("reports a reset and a refused connection of TCP")
  func reset() async throws {
    let (listener, port) = try LoopbackPort.listen()
    defer { close(listener) }
    let client = try connecting(to: port)
    defer { close(client) }
    let accepted = accept(listener, nil, nil)
    let log = Log(client)
    log.watch.arm(for: .readable)
    try await log.stays(at: 0)
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(accepted, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
    close(accepted)
    try await log.reaches(1)
    #expect(log.reports == [[.readable, .writable]])

    let (closed, unused) = try LoopbackPort.listen()
    close(closed)
    let refused = try connecting(to: unused)
    defer { close(refused) }
    let second = Log(refused)
    second.watch.arm(for: .writable)
    try await second.reaches(1)
    #expect(second.reports == [[.readable, .writable]])
  }

  @Test("watches thousands of descriptors, and each report goes to its owner")
  func many() async throws {
    let count = 2_000
    try raiseDescriptorLimit(to: count * 3 + 500)
    let pairs = try (0..<count).map { _ in try SocketPair() }
    let logs = pairs.map { Log($0.near) }
    for log in logs { log.watch.arm(for: .readable) }
    let chosen = Set((0..<count).shuffled().prefix(500))
    for index in chosen { pairs[index].send() }
    for index in chosen { try await logs[index].reaches(1) }
    for index in 0..<count where !chosen.contains(index) { #expect(logs[index].reports.isEmpty) }
    // Half of them go, from the middle and the ends of the table; the others are still served.
    for index in stride(from: 0, to: count, by: 2) { logs[index].watch.cancel() }
    for index in stride(from: 1, to: count, by: 2) { logs[index].watch.arm(for: .writable) }
    for index in stride(from: 1, to: count, by: 2) {
      try await logs[index].reaches(chosen.contains(index) ? 2 : 1)
      #expect(logs[index].reports.last == .writable)
    }
  }

  @Test("calls back once, after a cancel from inside a report, and reports nothing more")
  func cancelInside() async throws {
    let pair = try SocketPair()
    let log = Log(pair.near, cancelsAtFirst: true)
    pair.send()
    log.watch.arm(for: .readable)
    try await log.isCancelled()
    log.watch.arm(for: .readable)
    log.watch.cancel { log.cancelled() }
    try await log.stays(at: 1)
    #expect(log.cancellations == 1)
  }

  @Test("calls back once when many threads cancel while reports arrive, and nothing is reported after that")
  func cancelFromOutside() async throws {
    var logs: [Log] = []
    for _ in 0..<300 {
      let pair = try SocketPair()
      let log = Log(pair.near, rearms: true)
      logs.append(log)
      pair.send()
      log.watch.arm(for: .readable)
      await withTaskGroup { group in
        for _ in 0..<4 { group.addTask { log.watch.cancel { log.cancelled() } } }
      }
      try await log.isCancelled()
    }
    try await logs[0].stays(at: logs[0].reports.count)
    #expect(logs.allSatisfy { $0.cancellations == 1 && !$0.isReportedAfterCancel })
  }

  @Test("closes what it watches only after it has let go, so a number that is used again is another descriptor")
  func reuse() async throws {
    let quiet = try SocketPair()
    for _ in 0..<300 {
      let pair = try SocketPair()
      let first = Log(pair.near, rearms: true)
      pair.send()
      first.watch.arm(for: .readable)
      try await first.reaches(1)
      first.watch.cancel { first.cancelled() }
      // The duplicate of this one gets the number of the first as soon as that is free.
      let second = Log(quiet.near)
      second.watch.arm(for: .readable)
      pair.send()
      try await first.isCancelled()
      #expect(second.reports.isEmpty && !first.isReportedAfterCancel)
    }
  }

  @Test("wakes up for each of a storm of wishes from many threads")
  func storm() async throws {
    let pairs = try (0..<8).map { _ in try SocketPair() }
    let logs = pairs.map { Log($0.near) }
    await withTaskGroup { group in
      for log in logs {
        group.addTask { for number in 0..<5_000 { log.watch.arm(for: number % 2 == 0 ? .readable : []) } }
      }
    }
    for (pair, log) in zip(pairs, logs) {
      log.watch.arm(for: .readable)
      pair.send()
      try await log.reaches(1)
    }
    // One wish at a time, each while the thread is about to sleep or asleep.
    let last = Log(pairs[0].near)
    for number in 1...2_000 {
      last.watch.arm(for: .writable)
      try await last.reaches(number, every: .microseconds(20))
    }
  }

  @Test("leaves neither descriptors nor threads behind")
  func residue() async throws {
    let pair = try SocketPair()
    let first = Log(pair.near)
    first.watch.arm(for: .readable)
    let before = try descriptors()
    for number in 0..<500 {
      let log = Log(pair.near)
      // With and without an interest, and by the end of its owner.
      if number % 2 == 0 { log.watch.arm(for: .readable) }
      if number % 3 == 0 { log.watch.cancel() }
    }
    try await waitUntil("the duplicates are closed") { try descriptors() <= before }
    let names = try threadNames()
    #expect(names.filter { $0 == "postgres-poller" }.count == 1)
  }

  @Test("is refused a descriptor that is not open")
  func notOpen() async throws {
    let pair = try SocketPair()
    #expect(DescriptorWatch(-1, on: DispatchQueue(label: "none")) { _ in } == nil)
    #expect(DescriptorWatch(pair.near, on: DispatchQueue(label: "some")) { _ in } != nil)
  }

  @Test("does not let programs inherit what it opens")
  func closesOnExec() throws {
    let pair = try SocketPair()
    let log = Log(pair.near)
    defer { log.watch.cancel() }
    let wakeUp = try #require(WakeUpPipe())
    defer { wakeUp.closeEnds() }
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "for each in /proc/$$/fd/*; do readlink $each; done"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    process.waitUntilExit()
    let inherited = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    for opened in [pair.near, wakeUp.readingEnd] {
      // Both ends of a pipe, and all duplicates of a socket, have one name.
      let name = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(opened)")
      #expect(inherited.contains("pipe:") && !inherited.contains(name))
    }
  }

  private func connecting(to port: Int) throws -> Int32 {
    let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    _ = fcntl(client, F_SETFL, O_NONBLOCK)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 || errno == EINPROGRESS else { throw TestingError("could not connect to port \(port)") }
    return client
  }

  /// Seconds of processor time that the poller's thread has used.
  private func processorTime() async throws -> Double {
    for task in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task") {
      let stat = try String(contentsOfFile: "/proc/self/task/\(task)/stat", encoding: .utf8)
      guard stat.contains("(postgres-poller)") else { continue }
      let fields = stat.split(separator: ")")[1].split(separator: " ")
      return (Double(fields[11]) ?? 0) / 100 + (Double(fields[12]) ?? 0) / 100
    }
    throw TestingError("the poller has no thread")
  }

  private func threadNames() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").compactMap { task in
      try? String(contentsOfFile: "/proc/self/task/\(task)/comm", encoding: .utf8).trimmingCharacters(in: .newlines)
    }
  }

  private func descriptors() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
  }

  private func raiseDescriptorLimit(to wanted: Int) throws {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    if limit.rlim_cur >= wanted { return }
    limit.rlim_cur = min(rlim_t(wanted), limit.rlim_max)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    if limit.rlim_cur < wanted { throw TestingError("\(wanted) descriptors are needed; raise ulimit -n") }
  }
}

/// Two connected sockets.
private final class SocketPair: Sendable {
  /// The one that is watched.
  let near: Int32
  private let far: Mutex<Int32>

  init() throws {
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw TestingError("could not create a pair of sockets") }
    near = ends[0]
    far = Mutex(ends[1])
  }

  deinit {
    close(near)
    closeFar()
  }

  /// Makes the near end readable.
  func send() { _ = SystemC.send(far.withLock { $0 }, "x", 1, Int32(MSG_NOSIGNAL)) }

  /// Makes the near end unwritable.
  func fill() {
    let block = [UInt8](repeating: 0, count: 65_536)
    while SystemC.send(near, block, block.count, Int32(MSG_NOSIGNAL)) > 0 {}
  }

  /// Makes it writable again.
  func drainFar() {
    var block = [UInt8](repeating: 0, count: 65_536)
    let far = far.withLock { $0 }
    while recv(far, &block, block.count, 0) > 0 {}
  }

  /// Hangs up.
  func closeFar() {
    far.withLock { far in
      if far >= 0 { close(far) }
      far = -1
    }
  }
}

/// A watch, and everything that it reports.
private final class Log: Sendable {
  private struct State {
    var watch: DescriptorWatch?
    var reports: [Readiness] = []
    var cancellations = 0
    var isReportedAfterCancel = false
  }

  private let state = Mutex(State())
  let watch: DescriptorWatch

  init(_ descriptor: Int32, rearms: Bool = false, cancelsAtFirst: Bool = false) {
    let box = Box()
    let queue = DispatchQueue(label: "poller.tests")
    guard
      let watch = DescriptorWatch(
        descriptor, on: queue,
        handler: { readiness in
          guard let log = box.log.withLock({ $0.value }) else { return }
          log.state.withLock { state in
            state.reports.append(readiness)
            if state.cancellations > 0 { state.isReportedAfterCancel = true }
          }
          if cancelsAtFirst { log.watch.cancel { log.cancelled() } }
          if rearms { log.watch.arm(for: .readable) }
        })
    else { preconditionFailure("no descriptor is left for a watch") }
    self.watch = watch
    box.log.withLock { $0 = Weak(self) }
  }

  var reports: [Readiness] { state.withLock { $0.reports } }
  var cancellations: Int { state.withLock { $0.cancellations } }
  var isReportedAfterCancel: Bool { state.withLock { $0.isReportedAfterCancel } }

  func cancelled() { state.withLock { $0.cancellations += 1 } }

  func reaches(_ count: Int, every interval: Duration = .milliseconds(1)) async throws {
    try await waitUntil("there are \(count) reports", every: interval) { reports.count >= count }
    #expect(reports.count == count || count == 1)
  }

  /// Whether no report comes within the time that one would take.
  func stays(at count: Int) async throws {
    try await Task.sleep(for: .milliseconds(50))
    #expect(reports.count == count)
  }

  func isCancelled() async throws {
    try await waitUntil("the poller has let go", every: .milliseconds(1)) { cancellations > 0 }
  }

  private struct Weak {
    weak var value: Log?
    init(_ value: Log?) { self.value = value }
  }

  private final class Box: Sendable {
    let log = Mutex(Weak(nil))
  }
}
