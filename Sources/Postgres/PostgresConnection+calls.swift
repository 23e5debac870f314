extension PostgresConnection {
  /// Sends a request when its turn comes and returns the answers.
  ///
  /// A shielded call takes no notice of the cancellation of its task, for the rollback after a cancelled statement.
  func perform(
    _ request: Request, deadline: ContinuousClock.Instant?, isShielded: Bool = false
  ) async throws -> [PostgresResult] {
    let id = nextID
    nextID += 1
    if isShielded { return try await wait(id, request, deadline) }
    return try await withTaskCancellationHandler {
      if Task.isCancelled { throw Exchange.StopReason.cancellation.error }
      return try await wait(id, request, deadline)
    } onCancel: {
      onQueue { $0.stop(id, .cancellation) }
    }
  }

  private func wait(
    _ id: Int, _ request: Request, _ deadline: ContinuousClock.Instant?
  ) async throws -> [PostgresResult] {
    try await withCheckedThrowingContinuation { continuation in
      submit(Call(id: id, request: request, deadline: deadline, continuation: continuation))
    }
  }

  private func submit(_ call: Call) {
    var call = call
    takeIdleInput()
    if let ending { return call.continuation.resume(throwing: ending.asRefusal) }
    if let deadline = call.deadline {
      if deadline <= .now { return call.continuation.resume(throwing: Exchange.StopReason.deadline.error) }
      call.alarm = alarm(at: deadline) { [id = call.id] in $0.stop(id, .deadline) }
    }
    line.append(call)
    startNext()
  }

  /// Sends the next request in the line when the connection is free.
  func startNext() {
    guard current == nil, let wire, !line.isEmpty else { return }
    let call = line.removeFirst()
    current = call
    exchange = Exchange(
      shape: call.request.shape,
      mayCommit: call.request.mayCommit(insideTransaction: wire.transactionStatus != .idle))
    do {
      try wire.send(call.request)
      flush()
    } catch {
      if error.code == .usage { end(error, answer: error) } else { end(lossInSending(wire, error)) }
    }
  }

  /// Stops a call whose deadline passed or whose task was cancelled.
  func stop(_ id: Int, _ reason: Exchange.StopReason) {
    if current?.id == id, let action = exchange?.stop(reason) {
      if case .cancel = action {
        current?.alarm = alarm(at: .now + configuration.cancelGrace) { $0.giveUp(id) }
      }
      apply(action)
    } else if let index = line.firstIndex(where: { $0.id == id }) {
      line.remove(at: index).continuation.resume(throwing: reason.error)
    }
  }

  private func giveUp(_ id: Int) {
    guard current?.id == id, let exchange else { return }
    apply(exchange.graceExpired())
  }

  /// Does what the exchange decided.
  func apply(_ action: Exchange.Action) {
    switch action {
    case .wait: break
    case .cancel: sendCancel()
    case .cancelAgainSoon:
      guard let id = current?.id else { return }
      current?.cancelAlarm = alarm(at: .now + .milliseconds(100)) { connection in
        guard connection.current?.id == id, let again = connection.exchange?.cancelAgain() else { return }
        connection.apply(again)
      }
    case .complete(let outcome): complete(outcome)
    case .close(let error): end(error, answer: error)
    }
  }

  private func sendCancel() {
    guard let id = current?.id, let cancel = wire?.makeCancel() else { return }
    cancelExecutor.run { [weak self] in
      cancel.send()
      self?.onQueue { connection in
        guard connection.current?.id == id, let action = connection.exchange?.cancelReturned() else { return }
        connection.apply(action)
      }
    }
  }

  private func complete(_ outcome: Result<[PostgresResult], PostgresError>) {
    guard let call = current, let wire else { return }
    if case .pipeline = call.request {
      do { try wire.leavePipeline() } catch { return end(error) }
    }
    current = nil
    exchange = nil
    call.continuation.resume(with: outcome.mapError { $0 as any Error })
    startNext()
  }

  private func alarm(
    at deadline: ContinuousClock.Instant, _ ring: @escaping @Sendable (isolated PostgresConnection) -> Void
  ) -> Alarm {
    Alarm(at: deadline, on: executor.queue) { [weak self] in self?.assumeIsolated(ring) }
  }
}

extension PostgresError {
  /// What a call gets that comes after the end of the connection, and so was never sent.
  fileprivate var asRefusal: PostgresError {
    var refusal = self
    refusal.code = code == .usage ? .usage : .connectionLost
    refusal.message = "the connection is closed: \(message)"
    refusal.isOutcomeUnknown = false
    return refusal
  }
}
