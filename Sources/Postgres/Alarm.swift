internal import Dispatch

/// Timer on an actor's queue that rings once, unless it is cancelled or forgotten before.
final class Alarm {
  private let source: any DispatchSourceTimer

  /// Sets the alarm; the handler runs on the queue.
  init(at deadline: ContinuousClock.Instant, on queue: DispatchQueue, handler: @escaping @Sendable () -> Void) {
    source = DispatchSource.makeTimerSource(queue: queue)
    source.schedule(deadline: DispatchTime(deadline))
    source.setEventHandler(handler: handler)
    source.activate()
  }

  deinit { source.cancel() }
}
