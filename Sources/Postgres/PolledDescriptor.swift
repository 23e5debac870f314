internal import Dispatch
internal import Synchronization
internal import SystemC

/// A descriptor that the poller watches, and where its reports go.
final class PolledDescriptor: Sendable {
  /// The descriptor, which belongs to this object.
  let descriptor: Int32
  private let queue: DispatchQueue
  private let handler: @Sendable (Readiness) -> Void
  private let isCancelled = Atomic(false)

  /// Takes a descriptor over; the handler runs on the serial queue.
  init(owning descriptor: Int32, on queue: DispatchQueue, handler: @escaping @Sendable (Readiness) -> Void) {
    self.descriptor = descriptor
    self.queue = queue
    self.handler = handler
  }

  /// Whether there is something to read now.
  var hasInput: Bool {
    var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&polled, 1, 0) > 0 && polled.revents & Int16(POLLNVAL) == 0
  }

  /// Tells the owner, unless it has cancelled by then.
  func report(_ readiness: Readiness) {
    queue.async { [self] in
      if !isCancelled.load(ordering: .acquiring) { handler(readiness) }
    }
  }

  /// Lets no further report begin; true for the first caller.
  func cancel() -> Bool { !isCancelled.exchange(true, ordering: .acquiringAndReleasing) }

  /// Closes the descriptor, which nothing polls any more, and calls back, all on the queue.
  func close(then done: @escaping @Sendable () -> Void) {
    queue.async { [descriptor] in
      closeDescriptor(descriptor)
      done()
    }
  }
}

/// Closes a descriptor, under a name that no method hides.
private func closeDescriptor(_ descriptor: Int32) { _ = close(descriptor) }
