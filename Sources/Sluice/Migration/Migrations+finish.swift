extension Migrations {
  /// Brings a database up to this code, however many releases lie between: defines what is not defined, schedules what
  /// never was, and runs all of it here and now, in the order of its dependencies, without pauses and windows.
  ///
  /// Other migrations of the role keep their pace. What was paused, cancelled or failed is a matter for a person.
  ///
  /// ```swift
  /// try await migrations.finish(on: client)   // throws unless each is finished
  /// try await migrations.cleanUp(on: client)  // then on_finish of each
  /// ```
  ///
  /// - Throws: `SluiceError`: `notFinished`, with the reason for each that is not, or what is wrong with a definition.
  public func finish(workers: Int = 1, on client: SluiceClient) async throws {
    try await schedule(workers: workers, immediately: true, on: client)
    var options = DriverOptions(workers: workers, immediately: true)
    options.only = Set(definitions.map(\.name))
    let driver = SluiceDriver(
      configuration: client.configuration, options: options, handlers: handlers, logger: client.logger)
    _ = try await driver.runUntilIdle()
    try await assertFinished(on: client)
  }

  /// Throws `notFinished`, with the state of each migration that is not finished and what it waits for.
  public func assertFinished(on client: SluiceClient) async throws {
    var unfinished: [String] = []
    for definition in try inOrder() {
      let progress = try await client.progress(of: definition.name)
      if progress.state == "finished" { continue }
      unfinished.append("\(progress.name) is \(progress.state)" + (progress.waitingFor.map { ": \($0)" } ?? ""))
    }
    if unfinished.isEmpty { return }
    throw SluiceError(
      .notFinished,
      "\(unfinished.count) of \(definitions.count) migration\(definitions.count == 1 ? " is" : "s are") not finished",
      sqlState: "SL020",
      detail: unfinished.joined(separator: ". ") + ".", hint: "select * from sluice.stuck; says what to do.")
  }

  /// Cleans up after each migration, in the order of their dependencies: finishes it where it is not, runs `on_finish`, and
  /// leaves nothing behind but its history.
  public func cleanUp(timeout: Duration? = nil, on client: SluiceClient) async throws {
    for definition in try inOrder() {
      try await client.cleanup(definition.name, timeout: timeout, handlers: handlers(of: definition))
    }
  }

  /// The handler that a migration's rows go to, if they go to one.
  private func handlers(of definition: Definition) -> [any HandlerMigration.Type] {
    handlers.filter { $0.definition.name == definition.name }
  }
}
