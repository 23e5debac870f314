internal import Logging
internal import Postgres
internal import Synchronization

/// Divides the connections that the server gives a driver among its parts.
///
/// Workers come first. Keeper and upkeep connect when every worker has a connection; where the server refuses them one,
/// a worker lends them its own between two batches.
final class ConnectionShare: Sendable {
  /// A worker's connection in another part's hands.
  struct Lease: Sendable {
    /// The connection, outside a transaction.
    let connection: PostgresConnection
    fileprivate let returned = Doorbell()

    /// Gives it back, outside a transaction too.
    func giveBack() { returned.ring() }
  }

  private struct State {
    /// Workers that have not tried to connect yet.
    var untried: Set<Int>
    /// Workers that have not ended.
    var living: Set<Int>
    /// Workers without a connection, because the server refused it.
    var refused: Set<Int> = []
    /// When a part was last refused a connection, and how often that happened.
    var lastRefusal: ContinuousClock.Instant?
    var refusals = 0
    /// Whether it was said that there are too few.
    var hasTold: Bool
    var nextID = 0
    /// Those who wait for a worker's connection, in order.
    var borrowers: [(id: Int, continuation: CheckedContinuation<Lease?, Never>)] = []
  }

  /// How long keeper and upkeep do not ask again for connections of their own.
  private static let patience: Duration = .seconds(10)

  private let state: Mutex<State>
  private let needed: Int
  private let logger: Logger
  /// Wakes workers and upkeep.
  private let bell: Doorbell
  /// Rings when a worker connected, was refused or ended.
  let changed = Doorbell()

  /// Share of a driver.
  ///
  /// - Parameters:
  ///   - workers: how many workers there are.
  ///   - needed: how many connections it needs in all.
  ///   - hasTold: whether it was said that there are too few.
  ///   - bell: what wakes workers and upkeep.
  ///   - logger: where a shortage is told.
  init(workers: Int, needed: Int, hasTold: Bool, bell: Doorbell, logger: Logger) {
    state = Mutex(State(untried: Set(1...workers), living: Set(1...workers), hasTold: hasTold))
    self.needed = needed
    self.bell = bell
    self.logger = logger
  }

  /// Whether a worker has no connection because the server refused it.
  var isShort: Bool { state.withLock { !$0.refused.isEmpty } }
  /// Whether no worker is left.
  var isDeserted: Bool { state.withLock(\.living.isEmpty) }
  /// Whether a part waits for a worker's connection.
  var hasBorrower: Bool { state.withLock { !$0.borrowers.isEmpty } }
  /// Whether keeper and upkeep may ask the server for connections of their own.
  var mayConnect: Bool {
    state.withLock { state in
      state.refused.isEmpty && state.lastRefusal.map { $0.duration(to: .now) > Self.patience } ?? true
    }
  }

  /// A worker has a connection, or has none for another reason than their number.
  func settle(_ worker: Int) {
    state.withLock {
      $0.untried.remove(worker)
      $0.refused.remove(worker)
    }
    changed.ring()
  }

  /// The server refused a connection: to a worker, or to another part.
  func refuse(_ error: any Error, worker: Int? = nil) {
    let isNews = state.withLock { state in
      if let worker {
        state.untried.remove(worker)
        state.refused.insert(worker)
      }
      state.lastRefusal = .now
      // what a pooler says without that code may mean something else
      if (error as? PostgresError)?.sqlState == "53300" { state.refusals += 1 }
      // the first may be because of a session that is just ending
      defer { state.hasTold = state.hasTold || state.refusals > 1 }
      return !state.hasTold && state.refusals > 1
    }
    if isNews {
      let hint = "Allow them, or use fewer workers; sluice doctor says what limits them. Workers come first meanwhile."
      logger.warning(
        "\(needed) connections are needed, and the server refused one",
        metadata: error.logMetadata.merging(["sluice.hint": "\(hint)"]) { $1 })
    }
    changed.ring()
    bell.ring()
  }

  /// A worker ended.
  func end(_ worker: Int) {
    let deserted = state.withLock { state in
      state.untried.remove(worker)
      state.refused.remove(worker)
      state.living.remove(worker)
      guard state.living.isEmpty else { return [CheckedContinuation<Lease?, Never>]() }
      defer { state.borrowers = [] }
      return state.borrowers.map(\.continuation)
    }
    for continuation in deserted { continuation.resume(returning: nil) }
    changed.ring()
  }

  /// Waits until each worker has tried to connect.
  func waitForWorkers() async {
    while !Task.isCancelled {
      let heard = changed.rings
      if state.withLock({ $0.untried.isEmpty }) { return }
      await changed.wait(after: heard)
    }
  }

  /// Waits until a worker lacks a connection.
  func waitForShortage() async {
    while !Task.isCancelled {
      let heard = changed.rings
      if isShort { return }
      await changed.wait(after: heard)
    }
  }

  /// Borrows a worker's connection; nil when the task is cancelled or no worker is left.
  func borrow() async -> Lease? {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isVain = state.withLock { state in
          if state.living.isEmpty || Task.isCancelled { return true }
          state.borrowers.append((id, continuation))
          return false
        }
        if isVain { continuation.resume(returning: nil) } else { bell.ring() }
      }
    } onCancel: {
      let waiting = state.withLock { state in
        let index = state.borrowers.firstIndex { $0.id == id }
        return index.map { state.borrowers.remove(at: $0).continuation }
      }
      waiting?.resume(returning: nil)
    }
  }

  /// Lends a worker's connection to whoever waits for one, and returns when it is back.
  func lend(_ connection: PostgresConnection) async {
    let borrower = state.withLock { $0.borrowers.isEmpty ? nil : $0.borrowers.removeFirst() }
    guard let borrower else { return }
    let lease = Lease(connection: connection)
    borrower.continuation.resume(returning: lease)
    await lease.returned.wait(after: 0)
  }
}

extension Error {
  /// Whether the server, or a pooler, takes no more connections: 53300, or what PgBouncer says at a login.
  var isAboutConnections: Bool {
    guard let error = self as? PostgresError, error.code == .connectionFailed else { return false }
    return ["53300", "08P01"].contains(error.sqlState)
  }
}

extension PostgresConnection {
  /// Opens a connection, lends it to the body, and closes it; asks again for some seconds while there are too many, as a
  /// session of this process that has just ended may be counted still.
  @discardableResult package static func withAwaitedConnection<Value: Sendable>(
    _ configuration: PostgresConfiguration, _ body: (PostgresConnection) async throws -> Value
  ) async throws -> Value {
    let patience = ContinuousClock.now + .seconds(3)
    while true {
      do {
        let connection = try await connectPinned(configuration)
        do {
          let value = try await body(connection)
          await connection.close()
          return value
        } catch {
          await connection.close()
          throw error
        }
      } catch  where error.isAboutConnections && patience > .now {
        try await Task.sleep(for: .milliseconds(50))
      }
    }
  }
}
