/// One connection to a PostgreSQL server.
///
/// No thread waits for the server: the socket is watched, and calls are suspended. Calls from several tasks line up and
/// run one after the other; none outlives its deadline by more than the configuration's `cancelGrace`.
///
/// ```swift
/// let connection = try await PostgresConnection.connect(PostgresConfiguration("dbname=shop"))
/// let row = try await connection.query("select count(*) from orders where shop_id = $1", [7]).single()
/// print(try row.get(at: 0, as: Int.self))
/// await connection.close()
/// ```
public actor PostgresConnection {
  /// What the connection was opened with.
  public nonisolated let configuration: PostgresConfiguration
  /// Queue of the actor, of what its watch reports, and of its timers.
  nonisolated let executor = DispatchQueueExecutor(label: "postgres.connection")
  /// Where blocking cancel requests are sent from.
  nonisolated let cancelExecutor = DispatchQueueExecutor(label: "postgres.cancel")

  /// libpq's connection; nil before the handshake and after the end.
  var wire: LibPQConnection?
  /// Watch of the socket during one step of the handshake; the next step may be on another socket.
  var handshake: DescriptorWatch?
  /// Watch of the socket after the handshake.
  var watch: DescriptorWatch?
  /// Whether libpq still holds something that is to be sent.
  var isSending = false
  /// Request that the server is working on.
  var exchange: Exchange?
  /// Call that waits for it.
  var current: Call?
  /// Calls whose turn comes later, oldest first.
  var line: [Call] = []
  /// Number of the next call or listener.
  var nextID = 0
  /// Streams of notifications.
  var listeners: [Int: PostgresNotifications.Listener] = [:]
  /// What ended the connection; nil while it is open.
  var ending: PostgresError?
  /// Last words of the server, kept because what libpq says afterwards is less precise.
  var farewell: PostgresNotice?
  /// Callers of `close` who wait for the descriptor to be closed.
  var closers: [CheckedContinuation<Void, Never>] = []

  /// Runs the actor on its own queue.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// Connection that is not open yet.
  init(configuration: PostgresConfiguration) {
    self.configuration = configuration
  }

  isolated deinit {
    for listener in listeners.values { listener.continuation.finish() }
  }

  /// Where the connection stands in its transaction.
  public var transactionStatus: PostgresTransactionStatus { wire?.transactionStatus ?? .unknown }

  /// Whether the connection can no longer be used.
  public var isClosed: Bool {
    takeIdleInput()
    return wire == nil
  }

  /// Process id of the backend, as in `pg_stat_activity`; 0 when closed.
  public var backendProcessID: Int32 { wire?.backendProcessID ?? 0 }

  /// Version of the server, such as 150018 for 15.18; 0 when closed.
  public var serverVersion: Int { wire?.serverVersion ?? 0 }

  /// Closes the connection and returns when its descriptor is closed.
  ///
  /// Calls under way fail with `connectionLost`; streams of notifications end. Closing again does nothing.
  public func close() async {
    end(PostgresError(.usage, "the connection was closed"), listenersThrow: false)
    if watch == nil { return }
    await withCheckedContinuation { closers.append($0) }
  }
}
