internal import SystemC

/// The descriptors that the poller waits for.
///
/// It belongs to the poller's thread alone. Objects are looked up, not descriptor numbers, which the system gives out
/// again.
struct PollTable {
  /// What other threads ask for.
  enum Change {
    /// Keep this descriptor, without interest yet.
    case add(PolledDescriptor)
    /// Report once, when it is ready for any of these.
    case arm(PolledDescriptor, Readiness)
    /// Let go of it, close it, and call back.
    case remove(PolledDescriptor, then: @Sendable () -> Void)
  }

  private let wakeUp: WakeUpPipe
  /// The pipe, then the descriptors; `poll` skips those that are negative.
  private var polled: [pollfd]
  /// Who is polled at the same place, from 1.
  private var watched: [PolledDescriptor] = []
  private var places: [ObjectIdentifier: Int] = [:]

  /// Table without descriptors.
  init(wakeUp: WakeUpPipe) {
    self.wakeUp = wakeUp
    polled = [pollfd(fd: wakeUp.readingEnd, events: Int16(POLLIN), revents: 0)]
  }

  /// Does what another thread asked for; what concerns a removed descriptor is ignored.
  mutating func apply(_ change: Change) {
    switch change {
    case .add(let added):
      places[ObjectIdentifier(added)] = polled.count
      polled.append(pollfd(fd: -1, events: 0, revents: 0))
      watched.append(added)
    case .arm(let armed, let interest):
      guard let place = places[ObjectIdentifier(armed)] else { return }
      polled[place] = pollfd(fd: armed.descriptor, events: interest.events, revents: 0)
    case .remove(let removed, let done):
      remove(removed)
      removed.close(then: done)
    }
  }

  /// Waits until something is ready or the pipe rings, and reports; false when the system cannot poll at present.
  mutating func wait() -> Bool {
    let count = polled.withUnsafeMutableBufferPointer { poll($0.baseAddress, nfds_t($0.count), -1) }
    guard count > 0 else { return count == 0 || errno == EINTR }
    var left = count
    for place in polled.indices where polled[place].revents != 0 {
      if place == 0 { wakeUp.drain() } else { report(place) }
      left -= 1
      if left == 0 { break }
    }
    return polled[0].revents & Int16(POLLNVAL) == 0
  }

  /// Reports what was found at a place, and asks for nothing more there.
  private mutating func report(_ place: Int) {
    let readiness = Readiness(events: polled[place].revents)
    polled[place].fd = -1
    watched[place - 1].report(readiness)
  }

  /// Fills the gap with the last one.
  private mutating func remove(_ removed: PolledDescriptor) {
    guard let place = places.removeValue(forKey: ObjectIdentifier(removed)) else { return }
    let (lastPolled, last) = (polled.removeLast(), watched.removeLast())
    if last === removed { return }
    polled[place] = lastPolled
    watched[place - 1] = last
    places[ObjectIdentifier(last)] = place
  }
}

extension Readiness {
  /// What to ask `poll` for; it reports hang-ups and errors unasked.
  fileprivate var events: Int16 {
    Int16((contains(.readable) ? POLLIN : 0) | (contains(.writable) ? POLLOUT : 0))
  }

  /// What `poll` found; after a hang-up or an error a read and a write return at once.
  fileprivate init(events: Int16) {
    let events = Int32(events)
    self = []
    if events & Int32(POLLIN | POLLHUP | POLLERR) != 0 { insert(.readable) }
    if events & Int32(POLLOUT | POLLHUP | POLLERR) != 0 { insert(.writable) }
    if events & Int32(POLLNVAL) != 0 { insert(.invalid) }
  }
}
