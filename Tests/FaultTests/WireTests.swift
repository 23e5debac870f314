import Postgres
import SluiceTesting
import Testing

extension FaultTests {
  /// Wires that are cut.
  @Suite("A wire", .timeLimit(.minutes(20)))
  struct WireTests {
    @Test("that loses the answer to COMMIT leaves no doubt: the cursor tells what is done")
    func lostAnswers() async throws {
      #expect(try await Baseline.violations().isEmpty)
      try await cut("answer to COMMIT lost", 1_000, within: .seconds(10)) { random in
        let ending = [TCPProxy.Ending.reset, .fin].randomElement(using: &random) ?? .reset
        return (TCPProxy.Fault(at: .completion("COMMIT"), ending: ending), "\(ending)")
      }
    }

    @Test("that is cut at any message costs no row, and none twice")
    func anyMessage() async throws {
      #expect(try await Baseline.violations().isEmpty)
      try await cut("wire cut at a message", 300, within: .seconds(4)) { random in
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
        try await throughProxy(Workload(rows: 4_000, workers: 4), tally) { trial, proxy in
          try await trial.database.run("update sluice.policy set statement_timeout = '500 milliseconds'")
          try await start(trial)
          for _ in 0..<3 {
            let message = TCPProxy.Trigger.message(Int.random(in: 20...90, using: &random), .toClient)
            let trigger = Bool.random(using: &random) ? .completion("COMMIT") : message
            proxy.arm(TCPProxy.Fault(at: trigger, ending: .silence))
            try await waitUntil("the wire is silent") { !proxy.isArmed || trial.timeline.isFinished }
            tally.event("silence", proxy.isArmed ? 0 : 1)
          }
          proxy.arm(nil)
          try await waitUntil("it is finished", within: .seconds(300)) { trial.timeline.isFinished }
        }
      }
      tally.report()
    }

    /// Cuts one wire after the other, until there were so many or the time is over.
    private func cut(
      _ name: String, _ count: Int, within time: Duration,
      _ fault: (inout FaultRandom) -> (TCPProxy.Fault, String)
    ) async throws {
      let tally = Tally(name)
      var random = FaultRandom(name)
      let end = ContinuousClock.now + time * FaultScale.rounds
      let isEnough = { tally.events >= FaultScale.of(count) || ContinuousClock.now > end }
      while !isEnough() {
        var workload = Workload.random(rows: 20_000, &random)
        workload.workers = 4
        try await throughProxy(workload, tally) { trial, proxy in
          try await start(trial)
          while !trial.timeline.isFinished, !isEnough() {
            // A driver whose very first connection is cut says so and ends.
            try trial.fleet.fill(to: 2, workers: 4)
            let (fault, kind) = fault(&random)
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

    /// Starts two drivers, and waits until they have all their connections.
    private func start(_ trial: Trial) async throws {
      try trial.fleet.fill(to: 2, workers: 4)
      try await waitUntil("the drivers are connected") {
        if trial.timeline.isFinished { return true }
        return try await trial.sessions("worker") == 8
      }
    }

    private func throughProxy(
      _ workload: Workload, _ tally: Tally, _ faults: (Trial, TCPProxy) async throws -> Void
    ) async throws {
      let proxy = try TCPProxy(to: FaultServer.environment.configuration)
      defer { proxy.close() }
      try await Trial.run(workload, tally) { author in
        var through = author
        through.overrides["host"] = "127.0.0.1"
        through.overrides["port"] = "\(proxy.port)"
        return through
      } faults: { trial in
        try await faults(trial, proxy)
        proxy.arm(nil)
      } afterwards: {
        // Wires that fell silent end here, as keepalives end them in a network.
        proxy.close()
      }
    }
  }
}
