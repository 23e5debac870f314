internal import Foundation
internal import Postgres
internal import Sluice
internal import SluiceTesting
internal import SystemC

/// The acts of the demo, in order.
struct DemoRun {
  /// Server and programs.
  let stage: DemoStage
  /// Hundreds of thousands of rows.
  let scale: Int
  /// Seconds until the deadline.
  let deadline: Int

  static let name = "backfill_bid2"
  static let rate = 200
  static let secondsAlone = 8

  /// Plays all of them.
  ///
  /// - Returns: the figures.
  /// - Throws: `Failure` where an act fails.
  func run() async throws -> DemoReport {
    var report = DemoReport()
    let client = SluiceClient(configuration: stage.configuration)
    do {
      try await play(&report, client)
      await client.close()
    } catch {
      await client.close()
      throw error
    }
    return report
  }

  private func play(_ report: inout DemoReport, _ client: SluiceClient) async throws {
    act(1, "A private server")
    stage.console.say(
      "PostgreSQL \(try await text("show server_version", client)), in \(stage.cluster.directory); it will be removed.")

    act(2, "A table with \(Amount.count(scale * 100_000)) rows, and a new column to be filled")
    try await stage.perform(["pgbench", "-i", "-q", "-s", "\(scale)"], isShown: false)
    stage.say(["pgbench", "-i", "-s", "\(scale)"])
    let change =
      "alter table pgbench_accounts add bid2 integer, add bid2_changes smallint not null default 0"
    try await stage.perform(["psql", "-Xq", "-c", change])
    (report.tableBytesBefore, report.indexBytesBefore) = try await sizes(client)

    act(3, "The application alone: \(Self.rate) transactions a second, for \(Self.secondsAlone) s")
    let alone = try startLoad("alone", seconds: Self.secondsAlone)
    let status = await stage.end(of: alone)
    report.alone = DemoReport.Latency(LatencyLog(directory: stage.cluster.directory, prefix: "alone"))
    guard status == 0, report.alone.transactions > 0 else {
      throw Failure(.failure, "pgbench ended with \(status)", detail: stage.tail(of: "alone.out"))
    }
    stage.console.say(Line(report.alone.text))

    act(4, "The migration; from now on the application works beside it")
    let load = try startLoad("beside", seconds: 600)
    try await define()
    try await stage.perform(["sluice", "plan", Self.name, "--within", "\(deadline) seconds"])
    try await stage.perform(["sluice", "schedule", Self.name, "--within", "\(deadline) seconds"])

    act(5, "The run; in its middle the driver is killed")
    let began = Date()
    let drive = DemoDrive(stage: stage, client: client, name: Self.name)
    let finished = try await drive.run()
    report.rowsDoneAtKill = drive.rowsDoneAtKill
    let ended = Date()
    report.hotShare = finished.hotShare

    act(6, "Cleanup: nothing is left behind but the history")
    try await stage.perform(["sluice", "cleanup", Self.name])

    act(7, "The proof, by an independent count")
    try await prove(&report, client)

    load.signal(SIGTERM)
    _ = await stage.end(of: load)
    report.beside = DemoReport.Latency(
      LatencyLog(directory: stage.cluster.directory, prefix: "beside").between(began, ended))
    let progress = try await client.progress(of: Self.name)
    report.seconds = (progress.finishedAt ?? ended).timeIntervalSince(progress.startedAt ?? began)
    report.rowsPerSecond = report.seconds > 0 ? Double(progress.rowsDone) / report.seconds : 0
    (report.tableBytesAfter, report.indexBytesAfter) = try await sizes(client)
    act(8, "What it cost")
    stage.console.say(DemoSummary(report: report).lines)
  }

  private func act(_ number: Int, _ title: String) {
    stage.console.say()
    stage.console.say("\("\(number)", .cyan)  \(title, .bold)")
  }

  private func define() async throws {
    let file = "\(stage.cluster.directory)/\(Self.name).sql"
    let sql = """
      select sluice.define('\(Self.name)',
        target  => 'public.pgbench_accounts',
        pending => 'bid2 is null',
        set     => 'bid2 = bid, bid2_changes = bid2_changes + 1');

      """
    _ = FileManager.default.createFile(atPath: file, contents: Data(sql.utf8))
    stage.say(["cat", "\(Self.name).sql"])
    for line in sql.split(separator: "\n") { stage.console.say(Line(String(line))) }
    try await stage.perform(["sluice", "install"])
    stage.say(["sluice", "define", "\(Self.name).sql"])
    try await stage.perform(["sluice", "define", file], isShown: false)
    stage.console.say("\(Self.name, .bold)  defined")
  }

  private func startLoad(_ name: String, seconds: Int) throws -> ChildProcess {
    try stage.start(
      [
        "pgbench", "-n", "-c", "4", "-j", "1", "-R", "\(Self.rate)", "-T", "\(seconds)", "--log",
        "--log-prefix", "\(stage.cluster.directory)/\(name)",
      ], log: "\(name).out")
  }

  private func prove(_ report: inout DemoReport, _ client: SluiceClient) async throws {
    let query = """
      select count(*) as rows, count(*) filter (where bid2 = bid) as "right", \
      count(*) filter (where bid2_changes = 1) as changed_once from public.pgbench_accounts
      """
    try await stage.perform(["psql", "-X", "-P", "pager=off", "-c", query])
    let row = try await client.withSharedConnection { try await $0.query(query).single() }
    report.rows = try row.get("rows")
    report.rowsRight = try row.get("right")
    report.rowsChangedOnce = try row.get("changed_once")
    stage.console.say(
      report.isProved
        ? "\("every row is right, and none was changed twice", .green)" : "\("some rows are not right", .red)")
  }

  private func text(_ sql: String, _ client: SluiceClient) async throws -> String {
    try await client.withSharedConnection { try await $0.query(sql).single().get(at: 0) }
  }

  private func sizes(_ client: SluiceClient) async throws -> (table: Int, indexes: Int) {
    let row = try await client.withSharedConnection {
      try await $0.query(
        "select pg_table_size('public.pgbench_accounts')::int8, pg_indexes_size('public.pgbench_accounts')::int8"
      ).single()
    }
    return (try row.get(at: 0), try row.get(at: 1))
  }
}
