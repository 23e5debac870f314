extension ThrowawayCluster {
  /// What kind of server to start.
  public struct Options: Sendable {
    /// Directory of the server's programs; nil to find them.
    public var programs: String?
    /// Major version to look for; nil for any.
    public var major: Int?
    /// Settings as in `postgresql.conf`, by name; they win over those of this library.
    public var settings: [String: String] = [:]
    /// Libraries for `shared_preload_libraries`.
    public var preload: [String] = []
    /// Whether the server also listens on 127.0.0.1, at a free port.
    public var listensOnLoopback = false
    /// Whether writes are forced to disk; off, because the data is thrown away.
    ///
    /// When it is off, the data is in `/dev/shm` where memory has room, and else in `/tmp`.
    public var isDurable = false
    /// Whether SIGINT and SIGTERM remove the cluster and then end this process.
    public var removesOnSignals = true

    /// The defaults: any version, a unix socket only, not durable.
    public init() {}
  }

  /// How a server is stopped.
  public enum StopMode: String, Sendable {
    /// Waits for the clients to leave.
    case smart
    /// Throws the clients out, then shuts down in order.
    case fast
    /// Ends at once; the next start recovers from the log.
    case immediate
    /// SIGKILL to the postmaster and all of its processes, as in a crash.
    case kill
  }
}
