internal import SystemC

/// Ports on 127.0.0.1.
enum LoopbackPort {
  /// A port that nobody listens on at the moment.
  static func free() throws -> Int {
    let (descriptor, port) = try listen()
    close(descriptor)
    return port
  }

  /// Socket that listens on a free port, and the port.
  static func listen() throws -> (descriptor: Int32, port: Int) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let failed = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(descriptor, generic, length) != 0 || SystemC.listen(descriptor, 64) != 0
          || getsockname(descriptor, generic, &length) != 0
      }
    }
    guard descriptor >= 0, !failed else { throw TestingError("could not listen on 127.0.0.1") }
    return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
  }
}
