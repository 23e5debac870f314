extension PostgresConnection {
  /// Opens a connection.
  ///
  /// Without a deadline, `connect_timeout` limits the whole attempt: 10 seconds unless the user chose otherwise.
  ///
  /// - Throws: `PostgresError`: `connectionFailed` with the server's reason, `timeout`, `cancelled`, or `usage` when the
  ///   connection string cannot be read.
  public static func connect(
    _ configuration: PostgresConfiguration = .environment, deadline: ContinuousClock.Instant? = nil
  ) async throws -> PostgresConnection {
    let keywords = try configuration.keywords()
    let connection = PostgresConnection(configuration: configuration)
    let race = ConnectRace()
    let alarm = (deadline ?? defaultDeadline(keywords)).map { deadline in
      Alarm(at: deadline, on: connection.cancelExecutor.queue) {
        race.finish(PostgresError(.timeout, "the deadline passed before the connection was made"))
      }
    }
    defer { withExtendedLifetime(alarm) {} }
    do {
      try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
          race.enter(continuation)
          connection.onQueue { $0.beginHandshake(keywords, race) }
        }
      } onCancel: {
        race.finish(PostgresError(.cancelled, "the task was cancelled before the connection was made"))
      }
    } catch {
      connection.onQueue { $0.abandonHandshake() }
      throw error
    }
    return connection
  }

  /// Opens a connection, lends it to the body, and closes it.
  @discardableResult public static func withConnection<Value: Sendable>(
    _ configuration: PostgresConfiguration = .environment, deadline: ContinuousClock.Instant? = nil,
    _ body: (PostgresConnection) async throws -> Value
  ) async throws -> Value {
    let connection = try await connect(configuration, deadline: deadline)
    do {
      let value = try await body(connection)
      await connection.close()
      return value
    } catch {
      await connection.close()
      throw error
    }
  }

  /// Runs work on the actor's queue, later, unless the connection is gone by then.
  nonisolated func onQueue(_ work: @escaping @Sendable (isolated PostgresConnection) -> Void) {
    executor.run { [weak self] in self?.assumeIsolated(work) }
  }

  private static func defaultDeadline(_ keywords: [String: String]) -> ContinuousClock.Instant? {
    let text = keywords["connect_timeout"] ?? LibPQConninfo.defaults()["connect_timeout"]
    guard let seconds = text.flatMap({ Int($0) }), seconds > 0 else { return nil }
    return .now + .seconds(seconds)
  }

  private func beginHandshake(_ keywords: [String: String], _ race: ConnectRace) {
    do {
      let wire = try LibPQConnection(keywords: keywords)
      self.wire = wire
      awaitHandshake(wire, .writable, race)
    } catch {
      race.finish(error)
    }
  }

  private func awaitHandshake(_ wire: LibPQConnection, _ readiness: Readiness, _ race: ConnectRace) {
    handshake = DescriptorWatch(wire.socket, on: executor.queue) { [weak self] _ in
      self?.assumeIsolated { $0.continueHandshake(race) }
    }
    handshake?.arm(for: readiness)
    if handshake == nil { race.finish(.unwatched) }
  }

  private func continueHandshake(_ race: ConnectRace) {
    guard handshake != nil, let wire else { return }
    handshake = nil
    switch wire.poll() {
    case .whenReadable: awaitHandshake(wire, .readable, race)
    case .whenWritable: awaitHandshake(wire, .writable, race)
    case .failed(let error): race.finish(error)
    case .ready:
      watch = DescriptorWatch(wire.socket, on: executor.queue) { [weak self] readiness in
        self?.assumeIsolated { $0.proceed(readiness) }
      }
      watch?.arm(for: interest)
      race.finish(watch == nil ? .unwatched : nil)
    }
  }

  private func abandonHandshake() {
    handshake = nil
    guard watch != nil else {
      wire = nil
      return
    }
    end(PostgresError(.usage, "the connection was closed"), listenersThrow: false)
  }
}

extension PostgresError {
  /// The system cannot watch one more socket.
  fileprivate static var unwatched: PostgresError {
    PostgresError(.connectionFailed, "no descriptor or thread is left to watch the socket")
  }
}
