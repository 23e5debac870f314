internal import Dispatch

/// Serial executor over a private dispatch queue.
///
/// An actor on this executor shares its queue with the watch of its socket and with its timers, so that their handlers
/// may enter the actor with `assumeIsolated` instead of starting tasks.
final class DispatchQueueExecutor: SerialExecutor {
  /// Queue on which every job, report and timer of the actor runs.
  let queue: DispatchQueue

  /// Executor with a queue of its own, named for debuggers.
  init(label: String) {
    queue = DispatchQueue(label: label)
  }

  /// Runs a job of the actor on the queue.
  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { [self] in job.runSynchronously(on: asUnownedSerialExecutor()) }
  }

  /// Runs work on the queue, later.
  func run(_ work: @escaping @Sendable () -> Void) {
    queue.async(execute: work)
  }

  /// Stops the process unless the caller is on the queue; what `assumeIsolated` asks.
  func checkIsolated() {
    dispatchPrecondition(condition: .onQueue(queue))
  }
}
