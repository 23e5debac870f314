internal import Synchronization
internal import SystemC

/// Reports which descriptors are ready: one thread for the whole process, in `poll(2)`.
///
/// It takes the place of Dispatch's read and write sources. On Linux these end the process when a peer hangs up at the
/// wrong moment: two threads then unregister one source ("Source finalized twice").
///
/// Other threads leave requests in an inbox; only the thread itself touches the table that it polls. So a descriptor is
/// never closed while it is polled, and what `poll` found always concerns the object that was asked about, even when a
/// descriptor number has been used again. The thread does nothing but poll: all reports go to the owners' queues.
final class Poller: Sendable {
  private struct Inbox {
    var changes: [PollTable.Change] = []
    /// Whether the thread has to be woken to see a change.
    var isAsleep = false
  }

  private let inbox = Mutex(Inbox())
  private let wakeUp: WakeUpPipe

  private static let shared = Mutex<Poller?>(nil)

  /// The poller of this process, started by the first call; nil when no descriptor or thread is left for it.
  static func running() -> Poller? {
    shared.withLock { shared in
      if shared == nil { shared = Poller() }
      return shared
    }
  }

  private init?() {
    guard let wakeUp = WakeUpPipe() else { return nil }
    self.wakeUp = wakeUp
    let isStarted = BackgroundThread.start(named: "postgres-poller") { [self] in poll() }
    guard isStarted else {
      wakeUp.closeEnds()
      return nil
    }
  }

  /// Keeps a descriptor, without interest yet.
  func add(_ added: PolledDescriptor) -> PolledDescriptor {
    // The first interest wakes the thread.
    inbox.withLock { $0.changes.append(.add(added)) }
    return added
  }

  /// Asks for one report.
  func arm(_ watched: PolledDescriptor, for interest: Readiness) {
    post(.arm(watched, interest))
  }

  /// Lets go of a descriptor and closes it, then calls back on its queue; does nothing when asked again.
  func remove(_ watched: PolledDescriptor, then done: @escaping @Sendable () -> Void) {
    if watched.cancel() { post(.remove(watched, then: done)) }
  }

  private func post(_ change: PollTable.Change) {
    let wakes = inbox.withLock { inbox in
      inbox.changes.append(change)
      defer { inbox.isAsleep = false }
      return inbox.isAsleep
    }
    if wakes { wakeUp.ring() }
  }

  /// Polls for ever.
  private func poll() -> Never {
    var table = PollTable(wakeUp: wakeUp)
    var changes: [PollTable.Change] = []
    while true {
      inbox.withLock { inbox in
        swap(&inbox.changes, &changes)
        inbox.isAsleep = true
      }
      for change in changes { table.apply(change) }
      changes.removeAll(keepingCapacity: true)
      // Without memory for the call, it is tried again and again, and changes are still made.
      if !table.wait() { usleep(10_000) }
      inbox.withLock { $0.isAsleep = false }
    }
  }
}
