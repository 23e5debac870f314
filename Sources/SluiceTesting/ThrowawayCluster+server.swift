internal import Foundation
internal import SystemC

extension ThrowawayCluster {
  /// Starts the stopped server and waits until it takes connections.
  ///
  /// - Throws: `TestingError` with the end of the server's log.
  public func start() async throws {
    try await run([programs.path("pg_ctl"), "start", "-w", "-t", "60", "-s", "-D", dataDirectory, "-l", logFile])
  }

  /// Stops the server and waits until it is gone.
  ///
  /// - Throws: `TestingError` when it does not stop.
  public func stop(_ mode: StopMode = .fast) async throws {
    guard let postmaster = processID else { return }
    if mode == .kill {
      let children = ClusterProcesses(directory: directory).all.filter { $0 != postmaster }
      for process in [postmaster] + children { _ = SystemC.kill(process, SIGKILL) }
    } else {
      try await run([programs.path("pg_ctl"), "stop", "-w", "-t", "60", "-s", "-m", mode.rawValue, "-D", dataDirectory])
    }
    try await waitUntil("the server has stopped", within: .seconds(30)) { !self.hasProcesses }
    if mode == .kill { removeLockFiles() }
  }

  /// Stops and starts the server.
  public func restart(_ mode: StopMode = .fast) async throws {
    try await stop(mode)
    try await start()
  }

  /// Makes a standby the primary and waits until it takes writes.
  public func promote() async throws {
    try await run([programs.path("pg_ctl"), "promote", "-w", "-t", "60", "-s", "-D", dataDirectory])
  }

  /// Makes a standby of this server that streams from it.
  ///
  /// - Throws: `TestingError` with the output of pg_basebackup.
  public func startStandby(_ options: Options? = nil) async throws -> ThrowawayCluster {
    let standby = try ThrowawayCluster(options: options ?? self.options, password: password)
    do {
      try await run([
        programs.path("pg_basebackup"), "-D", standby.dataDirectory, "-R", "-X", "stream", "-c", "fast", "-N",
        "-d", "host=\(socketDirectory) port=\(port) user=postgres",
      ])
      try standby.writeSettings()
      try await standby.start()
    } catch {
      await standby.remove()
      throw error
    }
    return standby
  }

  /// Stops the server, at once and by force, and removes its directory.
  public func remove() async {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { [directory] in
        ClusterRegistry.shared.remove(directory)
        continuation.resume()
      }
    }
  }

  /// Removes what a killed postmaster leaves; where nobody reaps it, the next one would take it for alive.
  private func removeLockFiles() {
    for file in ["\(dataDirectory)/postmaster.pid", "\(socketDirectory)/.s.PGSQL.\(port).lock"] { unlink(file) }
  }

  /// Process id of the postmaster; nil when it does not run.
  public var processID: Int32? { ClusterProcesses(directory: directory).postmaster }

  /// Whether the postmaster or one of its children is still there.
  private var hasProcesses: Bool { !ClusterProcesses(directory: directory).all.isEmpty }

  /// Creates the data directory.
  func initialize() async throws {
    let passwordFile = "\(directory)/password"
    guard FileManager.default.createFile(atPath: passwordFile, contents: Data("\(password)\n".utf8)) else {
      throw TestingError("could not write \(passwordFile)")
    }
    defer { unlink(passwordFile) }
    user.own(passwordFile)
    try await run([
      programs.path("initdb"), "-D", dataDirectory, "-U", "postgres", "--auth-local=trust",
      "--auth-host=scram-sha-256", "--pwfile=\(passwordFile)", "-E", "UTF8", "--locale=C", "--no-sync",
      "--no-instructions",
    ])
    try writeSettings()
  }

  /// Appends the settings of this cluster to its `postgresql.conf`; the last of a name wins.
  private func writeSettings() throws {
    var settings = [
      "listen_addresses": options.listensOnLoopback ? "127.0.0.1" : "",
      "port": String(port),
      "unix_socket_directories": socketDirectory,
      "unix_socket_permissions": "0700",
      "cluster_name": directory.split(separator: "/").last.map(String.init) ?? "",
      "max_connections": "100",
      "fsync": options.isDurable ? "on" : "off",
      "full_page_writes": options.isDurable ? "on" : "off",
      "shared_preload_libraries": options.preload.joined(separator: ","),
      "log_line_prefix": "%m [%p] %q%a %u@%d ",
    ]
    settings.merge(options.settings) { $1 }
    let lines = settings.sorted { $0.key < $1.key }.map { name, value in
      "\(name) = '\(value.replacing("'", with: "''"))'\n"
    }
    guard let file = fopen("\(dataDirectory)/postgresql.conf", "a") else {
      throw TestingError("could not write \(dataDirectory)/postgresql.conf")
    }
    defer { fclose(file) }
    fputs("\n" + lines.joined(), file)
  }

  /// Runs a program of the server as the server's user.
  private func run(_ command: [String]) async throws {
    let output = "\(directory)/output"
    unlink(output)
    let status = try await ChildProcess(["env", "-C", directory] + user.command(command), output: output).wait()
    if status == 0 { return }
    let told = [output, logFile].map { (try? String(contentsOfFile: $0, encoding: .utf8)) ?? "" }.joined()
    throw TestingError("\(command[0]) failed with exit code \(status):\n\(told.suffix(4_000))")
  }
}
