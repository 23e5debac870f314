import Foundation
import Postgres
import SluiceTesting
import Synchronization
import Testing

extension FaultTests {
  /// Wires that are cut.
  @Suite("A wire", .timeLimit(.minutes(20)))
  struct WireTests {
    @Test("that loses the answer to COMMIT leaves no doubt: the cursor tells what is done", arguments: Path.all)
    func lostAnswers(_ path: Path) async throws {
      #expect(try await Baseline.violations().isEmpty)
      try await cut(path, "answer to COMMIT lost", 270) { random in
        let ending = [TCPProxy.Ending.reset, .fin].randomElement(using: &random) ?? .reset
        return (TCPProxy.Fault(at: .completion("COMMIT"), ending: ending), "\(ending)")
      }
    }

    @Test("that is cut at any message costs no row, and none twice", arguments: Path.all)
    func anyMessage(_ path: Path) async throws {
      #expect(try await Baseline.violations().isEmpty)
      try await cut(path, "wire cut at a message", 90) { random in
        let ending = [TCPProxy.Ending.reset, .fin].randomElement(using: &random) ?? .reset
        let direction = Bool.random(using: &random) ? TCPProxy.Direction.toServer : .toClient
        let number = Int.random(in: 1...80, using: &random)
        return (TCPProxy.Fault(at: .message(number, direction), ending: ending), "\(direction) \(ending)")
      }
    }

    @Test("that falls silent in the middle of a batch holds up its lane no longer than the batch may take")
    func silence() async throws {
      let tally = Tally("wire silent")
      var random = FaultRandom("silence")
      for _ in 0..<FaultScale.of(1) {
        try await throughProxy(Workload(rows: 20_000, workers: 4, slowness: 0.02), tally, .direct) { trial, proxy in
          try await trial.database.run("update sluice.policy set statement_timeout = '500 milliseconds'")
          try await start(trial)
          var cuts: [Date] = []
          for _ in 0..<3 {
            let message = TCPProxy.Trigger.message(Int.random(in: 20...90, using: &random), .toClient)
            let trigger = Bool.random(using: &random) ? .completion("COMMIT") : message
            proxy.arm(TCPProxy.Fault(at: trigger, ending: .silence))
            try await waitUntil("the wire is silent") { !proxy.isArmed || trial.timeline.isFinished }
            if proxy.isArmed { break }
            cuts.append(Date())
            tally.event("silence")
          }
          proxy.arm(nil)
          try await waitUntil("it is finished", within: .seconds(300)) { trial.timeline.isFinished }
          tally.times("takeover", try await trial.takeovers(after: cuts))
        }
      }
      // A transaction that waits for a silent driver ends after ten seconds.
      tally.limit("takeover", to: 10.7, slack: slack)
      tally.report()
    }

    /// Cuts one wire after the other, until there were so many.
    private func cut(
      _ path: Path, _ fault: String, _ count: Int, _ choose: (inout FaultRandom) -> (TCPProxy.Fault, String)
    ) async throws {
      let tally = Tally(path.name(fault))
      var random = FaultRandom(path.name(fault))
      let isEnough = { tally.events >= path.count(count) }
      while !isEnough() {
        var workload = Workload.random(rows: 20_000, &random)
        workload.workers = 4
        try await throughProxy(workload, tally, path) { trial, proxy in
          try await start(trial)
          while !trial.timeline.isFinished, !isEnough() {
            // A driver whose very first connection is cut says so and ends.
            try trial.fleet.fill(to: 2, workers: 4)
            let (fault, kind) = choose(&random)
            proxy.arm(fault)
            try await waitUntil("the wire is cut", within: .seconds(300), every: .milliseconds(1)) {
              !proxy.isArmed || trial.timeline.isFinished || trial.fleet.living.count < 2
            }
            if !proxy.isArmed { tally.event(kind) }
            // Where every answer is lost, drivers ask less and less often.
            proxy.arm(nil)
            try await waitUntil("other batches went through", within: .seconds(300), every: .milliseconds(1)) {
              proxy.count(.toClient) > 40 || trial.timeline.isFinished || trial.fleet.living.count < 2
            }
          }
        }
      }
      tally.report()
    }

    /// Starts two drivers, and lets the run begin when they have all their connections; through a pooler it begins at once.
    private func start(_ trial: Trial) async throws {
      if trial.pooler == nil { try await trial.database.run("update sluice.schedule set active = false") }
      try trial.fleet.fill(to: 2, workers: 4)
      if trial.pooler == nil {
        try await waitUntil("the drivers are connected") { try await trial.sessions("worker") == 8 }
        try await trial.database.run("update sluice.schedule set active = true")
      }
      try await waitUntil("they work") { try await trial.batches() > 0 }
    }

    /// Runs a workload whose drivers connect through a proxy, which stands before the pooler where there is one.
    private func throughProxy(
      _ workload: Workload, _ tally: Tally, _ path: Path, _ faults: (Trial, TCPProxy) async throws -> Void
    ) async throws {
      let proxy = Mutex<TCPProxy?>(nil)
      try await Trial.run(workload, tally, path: path) { author in
        let opened = try TCPProxy(to: author)
        proxy.withLock { $0 = opened }
        return opened.configuration
      } faults: { trial in
        guard let proxy = proxy.withLock({ $0 }) else { return }
        try await faults(trial, proxy)
        proxy.arm(nil)
      } afterwards: {
        // Wires that fell silent end here, as keepalives end them in a network.
        proxy.withLock { $0?.close() }
      }
    }
  }
}
