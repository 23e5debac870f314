import Foundation
import Postgres
import SluiceTesting
import Testing

/// Ends of connections on our side.
@Suite("Closing", .timeLimit(.minutes(5)))
struct CloseTests {
  @Test("returns when the backend was told, and again does nothing")
  func close() async throws {
    try await withConnection { observer in
      let connection = try await PostgresConnection.connect()
      let backend = await connection.backendProcessID
      await connection.close()
      await connection.close()
      #expect(await connection.isClosed)
      try await waitForBackend(backend, toBe: nil, seenBy: observer)
      let error = try await failure { try await connection.query("select 1") }
      #expect(error.code == .usage)
    }
  }

  @Test("fails the call under way")
  func closeDuringCall() async throws {
    try await withConnection { observer in
      let connection = try await PostgresConnection.connect()
      let backend = await connection.backendProcessID
      async let thrown = failure { try await connection.query("select pg_sleep(30)") }
      try await waitForBackend(backend, toBe: "active", seenBy: observer)
      await connection.close()
      let error = try await thrown
      #expect(error.code == .connectionLost)
      try await observer.query("select pg_terminate_backend($1)", [.integer(backend)])
    }
  }

  @Test("happens by itself when nobody holds the connection any more")
  func forgotten() async throws {
    try await withConnection { observer in
      let backend = try await PostgresConnection.connect().backendProcessID
      try await waitForBackend(backend, toBe: nil, seenBy: observer)
    }
  }

  @Test("releases the descriptor last: hundreds of connections leave no descriptor and disturb no other socket")
  func descriptorClosesLast() async throws {
    try await withConnection { witness in
      let before = try openSockets()
      for _ in 0..<30 {
        try await withThrowingTaskGroup { group in
          for _ in 0..<10 {
            group.addTask {
              let connection = try await PostgresConnection.connect()
              try await connection.query("select 1")
              await connection.close()
            }
          }
          try await group.waitForAll()
        }
        #expect(try await witness.query("select 1").count == 1)
      }
      try await waitUntil("the descriptors are closed") { try openSockets() <= before + 20 }
    }
  }

  @Test("the executor lets its own queue in, as checkIsolated promises")
  func executor() async throws {
    try await withConnection { connection in
      try await connection.query("select 1")
      let isOnExecutor = await connection.isOnExecutor()
      #expect(isOnExecutor)
    }
  }

  private func openSockets() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
  }
}

extension PostgresConnection {
  /// Enters the actor by `assumeIsolated`, which stops the process unless the executor knows its queue.
  fileprivate func isOnExecutor() -> Bool {
    assumeIsolated { _ in true }
  }
}
