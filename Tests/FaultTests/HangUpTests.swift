import Foundation
import SluiceTesting
import Testing

extension FaultTests {
  /// Sessions that are terminated, which hangs up on the process that holds the connection.
  ///
  /// `SLUICE_FAULT_ROUNDS=100` makes them 100,000, in about a quarter of an hour.
  @Suite("A hang-up", .timeLimit(.minutes(60)))
  struct HangUpTests {
    @Test("by the hundred tells the server's reason each time, and leaves neither descriptors nor threads nor memory")
    func many() async throws {
      let sessions = FaultScale.of(1_000)
      let output = try await run([Self.program, "\(sessions)", "10"])
      let line = try #require(output.split(separator: "\n").last, "\(output)")
      let report = try JSONDecoder().decode(Report.self, from: Data(line.utf8))
      print("faults: hang-ups: \(line)")
      #expect(report.hangUps == sessions && report.oddities.isEmpty)
      #expect(report.last.descriptors <= report.first.descriptors)
      #expect(report.last.threads <= report.first.threads)
      // The allocator keeps some, and Dispatch's threads had their stacks.
      #expect(report.last.kilobytes < report.first.kilobytes + 20_000)
    }

    @Test("never meets a source of Dispatch, whose manager thread would end the process")
    func withoutDispatchSource() async throws {
      let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../scripts/hold-manager.py")
      let output = try await run(["gdb", "-q", "-batch", "-x", script.path(), "--args", Self.program, "40", "4"])
      let findings = output.split(separator: "\n").filter { $0.hasPrefix("hold-manager: ") }
      #expect(
        findings == ["hold-manager: ready", "hold-manager: held 0", "hold-manager: exit 0"],
        "gdb must be installed, and allowed to trace (in a container: --cap-add=SYS_PTRACE); it said: \(output)"
      )
    }

    /// What the program prints.
    private struct Report: Decodable {
      struct Usage: Decodable {
        let descriptors: Int
        let threads: Int
        let kilobytes: Int
      }

      let hangUps: Int
      let oddities: [String]
      let first: Usage
      let last: Usage
    }

    private static let program =
      ((try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "")
      .split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/HangUpProgram"

    /// Runs a command to its end; returns all that it printed.
    private func run(_ command: [String]) async throws -> String {
      let output = "\(NSTemporaryDirectory())sluice-hang-ups-\(UUID().uuidString)"
      defer { try? FileManager.default.removeItem(atPath: output) }
      let child = try ChildProcess(command, output: output)
      _ = await withTaskCancellationHandler {
        await child.wait()
      } onCancel: {
        child.signal(SIGKILL)
      }
      return try String(contentsOfFile: output, encoding: .utf8)
    }
  }
}
