internal import Postgres
internal import SystemC

/// Address of a server, on a unix socket or on TCP.
enum SocketAddress: Sendable {
  /// Path of a unix socket.
  case unix(String)
  /// IPv4 address and port.
  case tcp(String, UInt16)

  /// Address in a configuration: its overrides, or `PGHOST` and `PGPORT`.
  ///
  /// - Throws: `TestingError` when the host is neither a directory nor an IPv4 address.
  init(_ configuration: PostgresConfiguration) throws {
    let environment = { (name: String) in getenv(name).map { String(cString: $0) } }
    let host = configuration.overrides["host"] ?? environment("PGHOST") ?? "/var/run/postgresql"
    let port = configuration.overrides["port"] ?? environment("PGPORT") ?? "5432"
    if host.hasPrefix("/") {
      self = .unix("\(host)/.s.PGSQL.\(port)")
      return
    }
    guard let number = UInt16(port) else { throw TestingError("\"\(port)\" is not a port") }
    self = .tcp(host == "localhost" ? "127.0.0.1" : host, number)
  }

  /// Connected socket; nil when nobody listens.
  func connect() -> Int32? {
    switch self {
    case .unix(let path):
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      let capacity = MemoryLayout.size(ofValue: address.sun_path)
      guard path.utf8.count < capacity else { return nil }
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
      return connect(AF_UNIX, &address)
    case .tcp(let host, let port):
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else { return nil }
      return connect(AF_INET, &address)
    }
  }

  private func connect<Address>(_ family: Int32, _ address: inout Address) -> Int32? {
    let descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    let isConnected = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        SystemC.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size)) == 0
      }
    }
    if isConnected { return descriptor }
    close(descriptor)
    return nil
  }
}
