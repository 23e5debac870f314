extension PostgresConnection {
  /// What the connection waits for: always input, because notifications and the end come unasked.
  var interest: Readiness { isSending ? [.readable, .writable] : .readable }

  /// Does what the socket is ready for, and waits for more.
  func proceed(_ readiness: Readiness) {
    if readiness.contains(.invalid) {
      return end(PostgresError(.connectionLost, "other code of this process has closed the socket's descriptor"))
    }
    if readiness.contains(.writable) { flush() }
    if readiness.contains(.readable) { takeInput() }
    if wire != nil { watch?.arm(for: interest) }
  }

  /// Sends what the socket takes, and waits for room when that is not all.
  func flush() {
    guard let wire else { return }
    let isSending = !wire.flush()
    guard isSending != self.isSending else { return }
    self.isSending = isSending
    watch?.arm(for: interest)
  }

  /// Reads for as long as there is something to read, but lets timers and other callers have their turn in between.
  private func takeInput() {
    for _ in 0..<100 {
      takeSomeInput()
      if wire == nil || watch?.hasInput != true { return }
    }
  }

  /// Reads what came while no request was running: notices, notifications, the end of the session.
  ///
  /// The watch may not have told of it yet. So nothing is sent to a session that has already ended.
  func takeIdleInput() {
    if current == nil, wire != nil, watch?.hasInput == true { takeInput() }
  }

  /// Reads once and hands it on: answers, notices, notifications, the end.
  private func takeSomeInput() {
    guard let wire else { return }
    let isAlive = wire.consumeInput()
    takeAnswers(wire, isAlive: isAlive)
    guard self.wire === wire else { return }
    while let notification = wire.nextNotification() {
      for listener in listeners.values { listener.deliver(notification) }
    }
    deliver(wire.takeNotices())
    // A last word that answers no request is the end: the server closes the socket next.
    if !isAlive || wire.isBroken || (farewell != nil && current == nil) { end(loss(wire)) }
  }

  private func takeAnswers(_ wire: LibPQConnection, isAlive: Bool) {
    while exchange?.isDrained == false, !wire.isBusy || !isAlive {
      let answer = wire.nextAnswer()
      deliver(wire.takeNotices())
      if let action = exchange?.receive(answer) { apply(action) }
      if case .endOfStatement = answer, !isAlive || wire.isBroken { return }
    }
  }

  private func deliver(_ notices: [PostgresNotice]) {
    for notice in notices {
      if notice.severity == "FATAL" || notice.severity == "PANIC" { farewell = notice }
      configuration.onNotice?(notice)
    }
  }

  /// Why the connection was gone when a request was to be sent.
  ///
  /// What the server said before may have been read meanwhile, as an answer or, where libpq expected none, as a notice.
  func lossInSending(_ wire: LibPQConnection, _ error: PostgresError) -> PostgresError {
    let answer = wire.nextAnswer()
    deliver(wire.takeNotices())
    if case .failure(let said) = answer, said.sqlState != nil { return said }
    return farewell == nil ? error : loss(wire)
  }

  /// Why the connection is gone; the server's own words where there are any.
  private func loss(_ wire: LibPQConnection) -> PostgresError {
    guard let farewell else { return PostgresError(.connectionLost, wire.lastMessage) }
    var error = PostgresError(.connectionLost, farewell.message, hint: farewell.hint)
    error.sqlState = farewell.sqlState
    error.severity = farewell.severity
    error.detail = farewell.detail
    error.context = farewell.context
    return error
  }

  /// Ends the connection and answers everybody who waits.
  ///
  /// The call under way gets the answer given here, or what its exchange makes of the reason.
  func end(_ reason: PostgresError, answer: PostgresError? = nil, listenersThrow: Bool = true) {
    guard ending == nil, wire != nil else { return }
    ending = reason
    wire = nil
    handshake = nil
    if let call = current, let exchange {
      call.continuation.resume(throwing: answer ?? exchange.lost(reason))
    }
    current = nil
    exchange = nil
    var unsent = reason
    unsent.code = .connectionLost
    unsent.isOutcomeUnknown = false
    for call in line { call.continuation.resume(throwing: unsent) }
    line = []
    for listener in listeners.values { listener.continuation.finish(throwing: listenersThrow ? reason : nil) }
    listeners = [:]
    watch?.cancel { [weak self] in self?.assumeIsolated { $0.released() } }
  }

  private func released() {
    watch = nil
    for closer in closers { closer.resume() }
    closers = []
  }
}
