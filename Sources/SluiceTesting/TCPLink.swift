internal import SystemC

/// One connection through a proxy; a thread of its own moves whole messages until an end comes.
struct TCPLink {
  /// Socket of the client.
  let client: Int32
  /// Socket of the server.
  let server: Int32
  /// Descriptor that hangs up when the proxy is closed.
  let wake: Int32

  /// Moves messages both ways; `inspect` sees each one before it is passed on, and may end the wire there.
  func run(_ inspect: (ProtocolMessage, TCPProxy.Direction) -> TCPProxy.Ending?) {
    defer { for descriptor in [client, server, wake] { close(descriptor) } }
    // Messages are passed on one by one; without this, each would wait for the acknowledgement of the one before.
    var isPrompt: Int32 = 1
    for descriptor in [client, server] {
      setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isPrompt, socklen_t(MemoryLayout<Int32>.size))
    }
    var clientMessages = MessageSplitter(isClient: true)
    var serverMessages = MessageSplitter(isClient: false)
    while true {
      var watched = [client, server, wake].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      guard poll(&watched, nfds_t(watched.count), -1) > 0 || errno == EINTR, watched[2].revents == 0 else { return }
      if watched[0].revents != 0 {
        guard let bytes = receive(client) else { return }
        for message in clientMessages.split(bytes) {
          if let ending = inspect(message, .toServer) { return end(ending) }
          if message.asksForEncryption { serverMessages.expectSingleByte() }
          guard send(message.bytes, to: server) else { return }
        }
      }
      if watched[1].revents != 0 {
        guard let bytes = receive(server) else { return }
        for message in serverMessages.split(bytes) {
          if let ending = inspect(message, .toClient) { return end(ending) }
          guard send(message.bytes, to: client) else { return }
        }
      }
    }
  }

  /// Ends the wire; the descriptors are closed by the caller.
  private func end(_ ending: TCPProxy.Ending) {
    switch ending {
    case .fin: break
    case .reset:
      var abrupt = linger(l_onoff: 1, l_linger: 0)
      for descriptor in [client, server] {
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &abrupt, socklen_t(MemoryLayout<linger>.size))
      }
    case .silence:
      var watched = pollfd(fd: wake, events: 0, revents: 0)
      while poll(&watched, 1, -1) < 0, errno == EINTR {}
    }
  }

  private func receive(_ descriptor: Int32) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = read(descriptor, &buffer, buffer.count)
    return count > 0 ? Array(buffer.prefix(count)) : nil
  }

  private func send(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        SystemC.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
