internal import Foundation
public import Postgres
internal import Synchronization
internal import SystemC

/// Proxy on 127.0.0.1 between a client and a server, which cuts the wire where a test wants it.
///
/// It knows where the messages of PostgreSQL's protocol begin and end. Encryption must be off.
///
/// ```swift
/// let proxy = try TCPProxy(to: cluster.configuration())
/// defer { proxy.close() }
/// let connection = try await PostgresConnection.connect(proxy.configuration)
/// proxy.arm(TCPProxy.Fault(at: .completion("COMMIT"), ending: .reset))
/// ```
public final class TCPProxy: Sendable {
  /// How to connect through the proxy.
  public let configuration: PostgresConfiguration
  /// Port on 127.0.0.1.
  public let port: Int

  private struct State {
    var fault: Fault?
    var counts: [Direction: Int] = [:]
    var isClosed = false
  }

  private let state = Mutex(State())
  private let upstream: SocketAddress
  private let wakeWriter: Int32

  /// Proxy to the server of a configuration, which must name its host and port.
  ///
  /// - Throws: `TestingError` when there is no such address or no port is free.
  public init(to server: PostgresConfiguration) throws {
    upstream = try SocketAddress(server)
    let (listener, port) = try LoopbackPort.listen()
    var wake: [Int32] = [-1, -1]
    guard pipe(&wake) == 0 else { throw TestingError("could not create a pipe") }
    wakeWriter = wake[1]
    self.port = port
    var configuration = server
    configuration.overrides.merge(["host": "127.0.0.1", "port": String(port), "sslmode": "disable"]) { $1 }
    self.configuration = configuration
    let wakeReader = wake[0]
    let inspect: @Sendable (ProtocolMessage, Direction) -> Ending? = { [weak self] message, direction in
      self?.ending(at: message, direction)
    }
    Thread.detachNewThread { [upstream] in
      Self.accept(on: listener, wake: wakeReader, upstream, inspect: inspect)
    }
  }

  deinit { close() }

  /// Cuts the wire once, at a message from now on; nil disarms.
  ///
  /// Counts start anew.
  public func arm(_ fault: Fault?) {
    state.withLock { state in
      state.fault = fault
      state.counts = [:]
    }
  }

  /// Whether a fault is armed that has not happened yet.
  public var isArmed: Bool { state.withLock { $0.fault != nil } }

  /// Messages that went through in a direction since the last `arm`.
  public func count(_ direction: Direction) -> Int { state.withLock { $0.counts[direction] ?? 0 } }

  /// Ends the proxy and every connection through it.
  public func close() {
    let isFirst = state.withLock { state in
      defer { state.isClosed = true }
      return !state.isClosed
    }
    if isFirst { _ = SystemC.close(wakeWriter) }
  }

  /// Counts a message, and says how the wire ends when it ends here.
  private func ending(at message: ProtocolMessage, _ direction: Direction) -> Ending? {
    state.withLock { state in
      state.counts[direction, default: 0] += 1
      guard let fault = state.fault else { return nil }
      switch fault.trigger {
      case .message(let number, direction) where state.counts[direction] == number: break
      case .completion(let tag) where direction == .toClient && message.completedTag == tag: break
      default: return nil
      }
      state.fault = nil
      return fault.ending
    }
  }

  /// Accepts connections until the other end of the wake pipe is closed, a thread a connection.
  private static func accept(
    on listener: Int32, wake: Int32, _ upstream: SocketAddress,
    inspect: @escaping @Sendable (ProtocolMessage, Direction) -> Ending?
  ) {
    while true {
      var watched = [listener, wake].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      guard poll(&watched, nfds_t(watched.count), -1) > 0 || errno == EINTR else { break }
      if watched[1].revents != 0 { break }
      let client = SystemC.accept(listener, nil, nil)
      guard client >= 0 else { continue }
      guard let server = upstream.connect() else {
        _ = SystemC.close(client)
        continue
      }
      let link = dup(wake)
      Thread.detachNewThread { TCPLink(client: client, server: server, wake: link).run(inspect) }
    }
    _ = SystemC.close(listener)
    _ = SystemC.close(wake)
  }
}
