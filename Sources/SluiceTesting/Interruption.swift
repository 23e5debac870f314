internal import Dispatch
internal import Synchronization
internal import SystemC

/// Signals, handled outside signal context.
public enum Interruption {
  private static let sources = Mutex<[Int32: [@Sendable () -> Void]]>([:])

  /// Calls the handler on a queue whenever the signal arrives, instead of ending the process.
  public static func watch(_ number: Int32, _ handler: @escaping @Sendable () -> Void) {
    let isFirst = sources.withLock { handlers in
      handlers[number, default: []].append(handler)
      return handlers[number]?.count == 1
    }
    guard isFirst else { return }
    signal(number) { _ in }
    let source = DispatchSource.makeSignalSource(signal: number, queue: DispatchQueue(label: "signal.\(number)"))
    source.setEventHandler {
      for handler in sources.withLock({ $0[number] ?? [] }) { handler() }
      withExtendedLifetime(source) {}
    }
    source.activate()
  }
}
