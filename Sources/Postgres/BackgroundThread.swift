internal import CLibPQ
internal import SystemC

/// A thread that lives as long as the process.
///
/// It takes no signals, which belong to the program.
final class BackgroundThread: Sendable {
  private let name: String
  private let body: @Sendable () -> Never

  private init(name: String, body: @escaping @Sendable () -> Never) {
    self.name = name
    self.body = body
  }

  /// Starts a thread, of whose name debuggers show the first 15 bytes; false when the system has none left.
  static func start(named name: String, _ body: @escaping @Sendable () -> Never) -> Bool {
    // A thread inherits what its creator blocks; signals of a fault of its own are for whoever reports crashes.
    var (blocked, before) = (sigset_t(), sigset_t())
    sigfillset(&blocked)
    for fault in [SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV] { sigdelset(&blocked, fault) }
    pthread_sigmask(SIG_SETMASK, &blocked, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    return create(BackgroundThread(name: name, body: body))
  }

  private static func create(_ thread: BackgroundThread) -> Bool {
    #if canImport(Glibc)
    var handle = pthread_t()
    #else
    var handle: pthread_t?
    #endif
    let retained = Unmanaged.passRetained(thread)
    let failure = pthread_create(&handle, nil, runBackgroundThread, retained.toOpaque())
    if failure != 0 { retained.release() }
    return failure == 0
  }

  /// What the thread does.
  fileprivate func run() -> Never {
    pthread_detach(pthread_self())
    clibpq_name_thread(name)
    body()
  }
}

#if canImport(Darwin)
private typealias ThreadArgument = UnsafeMutableRawPointer
#else
private typealias ThreadArgument = UnsafeMutableRawPointer?
#endif

/// Entry of the thread, in the form that C calls.
private func runBackgroundThread(_ argument: ThreadArgument) -> UnsafeMutableRawPointer? {
  let thread: UnsafeMutableRawPointer? = argument
  guard let thread else { return nil }
  Unmanaged<BackgroundThread>.fromOpaque(thread).takeRetainedValue().run()
}
