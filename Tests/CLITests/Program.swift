import Foundation
import Postgres
import SluiceTesting

/// The built program, run as a user runs it.
struct Program {
  /// What a run came to.
  struct Ending {
    /// Exit status.
    let status: Int32
    /// Standard output.
    let output: String
    /// Standard error.
    let error: String

    /// Standard output as one JSON document.
    func json() throws -> [String: Any] {
      try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any] ?? [:]
    }
  }

  /// Database that the environment names; nil for that of the tests.
  var database: String?
  /// More variables.
  var environment: [String: String] = [:]

  /// Runs a command line to its end.
  func run(_ arguments: String..., input: String = "") async throws -> Ending {
    try await run(arguments, input: input)
  }

  /// Runs a command line to its end.
  func run(_ arguments: [String], input: String = "") async throws -> Ending {
    try await run(arguments, input: input) { _ in }
  }

  /// Runs a command line to its end.
  func run(_ arguments: [String]) async throws -> Ending { try await run(arguments, input: "") { _ in } }

  /// Runs a command line, and sends it a signal once something has happened.
  func interrupt(
    _ arguments: String..., by signal: Int32, when happened: @Sendable () async throws -> Void
  ) async throws -> Ending {
    try await run(arguments, input: "") { processID in
      try await happened()
      kill(processID, signal)
    }
  }

  private func run(
    _ arguments: [String], input: String, _ meanwhile: (pid_t) async throws -> Void
  ) async throws -> Ending {
    let process = Process()
    process.executableURL = Self.url
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment
      .merging(database.map { ["PGDATABASE": $0] } ?? [:]) { $1 }
      .merging(environment) { $1 }
    let (output, error, standardInput) = (Pipe(), Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = error
    process.standardInput = standardInput
    try process.run()
    let processID = process.processIdentifier
    try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try standardInput.fileHandleForWriting.close()
    var failure: (any Error)?
    let (told, complained) = await withTaskCancellationHandler {
      async let outputText = Self.read(output)
      async let errorText = Self.read(error)
      do {
        try await meanwhile(processID)
      } catch {
        kill(processID, SIGKILL)
        failure = error
      }
      return await (outputText, errorText)
    } onCancel: {
      kill(processID, SIGKILL)
    }
    process.waitUntilExit()
    if let failure { throw failure }
    return Ending(status: process.terminationStatus, output: told, error: complained)
  }

  /// The program lies beside the test runner.
  static let url: URL = {
    let runner = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let beside = URL(filePath: runner).deletingLastPathComponent().appending(path: "sluice")
    if FileManager.default.isExecutableFile(atPath: beside.path()) { return beside }
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
    return URL(filePath: bundle).deletingLastPathComponent().appending(path: "sluice")
  }()

  private static func read(_ pipe: Pipe) async -> String {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        continuation.resume(returning: String(decoding: data, as: UTF8.self))
      }
    }
  }
}
