package import Dispatch
internal import SystemC

/// Watches a socket, or another descriptor, on behalf of one owner.
///
/// A duplicate is watched, because libpq closes its descriptor when it likes, and the number may then be that of
/// another file. The duplicate is closed after the poller has let go of it.
///
/// A report ends the interest in further ones: the owner reads or writes, and then arms the watch again. What is still
/// there is reported again, so nothing is missed, and nothing is reported while the owner is busy.
///
/// ```swift
/// watch = DescriptorWatch(socket, on: queue) { [weak self] _ in
///   self?.readSome()
///   self?.watch?.arm(for: .readable)
/// }
/// watch?.arm(for: .readable)
/// ```
package final class DescriptorWatch: Sendable {
  private let poller: Poller
  private let watched: PolledDescriptor

  /// Prepares to watch; nil when no descriptor or thread is left.
  ///
  /// - Parameters:
  ///   - descriptor: stays the caller's.
  ///   - queue: serial queue on which the handler runs.
  ///   - handler: called with each report.
  package init?(
    _ descriptor: Int32, on queue: DispatchQueue, handler: @escaping @Sendable (Readiness) -> Void
  ) {
    guard let poller = Poller.running() else { return nil }
    let duplicate = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard duplicate >= 0 else { return nil }
    self.poller = poller
    watched = poller.add(PolledDescriptor(owning: duplicate, on: queue, handler: handler))
  }

  /// Asks for one report, as soon as the descriptor is ready for any of these.
  ///
  /// This replaces what was asked for before, of which a report may be on its way.
  package func arm(for interest: Readiness) {
    poller.arm(watched, for: interest)
  }

  /// Whether there is something to read now; not to be asked after `cancel`.
  package var hasInput: Bool { watched.hasInput }

  /// Ends the watch: no report begins after this call.
  ///
  /// - Parameter done: called once on the queue, when the poller has let go and the duplicate is closed; not called
  ///   when the watch was cancelled before.
  package func cancel(then done: @escaping @Sendable () -> Void = {}) {
    poller.remove(watched, then: done)
  }

  deinit { cancel() }
}
