import Foundation
import Postgres
import Sluice
import SluiceSchema
import SluiceTesting
import Testing

/// Guards that come with Sluice, each with the thing that it looks at really happening.
@Suite("A guard stops a migration, says why, and lets it go on:", .timeLimit(.minutes(5)))
struct GuardTests {
  /// Lends a migration on the server of the environment.
  private func withRun(_ name: String, _ body: (GuardedRun) async throws -> Void) async throws {
    try await SluiceDatabase.with(rows: 20_000) { database in
      try await PostgresConnection.withConnection(database.administrator) { administrator in
        try await administrator.query("grant pg_monitor to sluice_owner")
      }
      try await body(
        GuardedRun(
          administrator: database.administrator, owner: database.owner, author: database.author, name: name))
    }
  }

  @Test("oldest_transaction, while a transaction is open here, or writes in another database")
  func oldestTransaction() async throws {
    try await withRun("oldest_transaction") { run in
      try await run.serve(slowAt: 0.2, holdAt: 0.5) {
        try await PostgresConnection.withConnection(run.administrator) { reader in
          try await reader.script("begin isolation level repeatable read; select count(*) from item")
          try await run.waitUntilHeld()
          try await reader.query("commit")
        }
        try await run.waitUntilReleased()
        try await TestDatabase.withDatabase { other in
          try await PostgresConnection.withConnection(other.configuration) { writer in
            try await writer.script("begin; select pg_current_xact_id()")
            try await run.waitUntilHeld()
            try await writer.query("commit")
          }
        }
        try await run.waitUntilReleased()
      }
    }
  }

  @Test("vacuum_running, while another session vacuums the table")
  func vacuum() async throws {
    try await withRun("vacuum_running") { run in
      try await run.serve(slowAt: 0, holdAt: 1) {
        try await PostgresConnection.withConnection(run.administrator) { vacuumer in
          try await vacuumer.script("set vacuum_cost_delay to 100")
          try await vacuumer.script("set vacuum_cost_limit to 1")
          async let vacuum: Void = run.cancelled(vacuumer, "vacuum (freeze, disable_page_skipping) item")
          try await run.waitUntilHeld()
          try await run.cancelAll(of: vacuumer)
          try await vacuum
        }
        try await run.waitUntilReleased()
      }
    }
  }

  @Test("lock_waiters, while sessions queue behind a batch")
  func lockQueue() async throws {
    try await withRun("lock_waiters") { run in
      try await PostgresConnection.withConnection(run.author) { author in
        try await author.script(
          """
          create function wait_at_gate() returns trigger language plpgsql as $$
          begin
            perform pg_advisory_xact_lock_shared(42);
            return new;
          end
          $$;
          create trigger wait_at_gate before update on item for each row when (old.id = 200) execute function wait_at_gate();
          """)
      }
      try await PostgresConnection.withConnection(run.administrator) { gate in
        // the batch is to wait for as long as the guard needs to see it
        try await gate.script("update sluice.policy set lock_timeout = '9 seconds'; select pg_advisory_lock(42)")
        try await run.serve(slowAt: 0, holdAt: 1, workers: 2) {
          try await waitUntil("a batch waits at the gate") {
            try await run.number(
              "select count(*) from pg_locks where locktype = 'advisory' and objid = 42 and not granted") == 1
          }
          try await PostgresConnection.withConnection(run.author) { application in
            // the row at the gate is locked by the batch
            async let waiting = application.query("update item set n = n where id = 200")
            try await run.waitUntilHeld()
            try await gate.query("select pg_advisory_unlock(42)")
            _ = try await waiting
          }
          try await run.waitUntilReleased()
        }
      }
    }
  }

  @Test("connections, while most of them are in use")
  func connections() async throws {
    try await withRun("connections") { run in
      let used = try await run.number("select sum(numbackends) from pg_stat_database")
      let most = try await run.number("select current_setting('max_connections')::integer")
      try await run.serve(slowAt: Double(used + 18) / Double(most), holdAt: Double(used + 20) / Double(most)) {
        var crowd: [PostgresConnection] = []
        for _ in 1...22 { crowd.append(try await PostgresConnection.connect(run.administrator)) }
        try await run.waitUntilHeld()
        for connection in crowd { await connection.close() }
        try await run.waitUntilReleased()
      }
    }
  }

  @Test("wal_budget, while the server writes more than that")
  func walBudget() async throws {
    try await withRun("wal_budget") { run in
      try await run.serve(slowAt: 5, holdAt: 6) {
        try await PostgresConnection.withConnection(run.administrator) { writer in
          try await writer.script("create table noise as select 1 as n")
          try await waitUntil("guard wal_budget holds", within: .seconds(120), every: .zero) {
            // many times as much as the guard allows, however seldom a busy machine comes to it
            try await writer.query("select pg_logical_emit_message(false, 'noise', repeat('x', 20000000))")
            return try await run.number(
              "select count(*) from sluice.progress where waiting_for like 'guard wal_budget: %'") == 1
          }
          try await run.waitUntilReleased()
        }
      }
    }
  }

  @Test("requested_checkpoint, while the next checkpoint is about to be forced")
  func requestedCheckpoint() async throws {
    try await withRun("requested_checkpoint") { run in
      try await PostgresConnection.withConnection(run.administrator) { administrator in
        try await administrator.query("checkpoint")
        try await run.serve(slowAt: 0.05, holdAt: 0.06) {
          for _ in 1...20 {
            try await administrator.query("select pg_logical_emit_message(false, 'noise', repeat('x', 2000000))")
          }
          try await run.waitUntilHeld()
          try await administrator.query("checkpoint")
          try await run.waitUntilReleased()
        }
      }
    }
  }

  @Test("dead_rows, while most of the table is dead rows")
  func deadRows() async throws {
    try await withRun("dead_rows") { run in
      try await PostgresConnection.withConnection(run.author) { author in
        try await author.script("alter table item set (autovacuum_enabled = off); alter table item disable trigger all")
        try await author.script("insert into item select generate_series(20001, 130000)")
      }
      try await run.serve(slowAt: 0.4, holdAt: 0.6) {
        try await PostgresConnection.withConnection(run.author) { author in
          try await author.query("delete from item where id > 20000")
        }
        try await run.waitUntilHeld()
        try await PostgresConnection.withConnection(run.author) { try await $0.query("vacuum item") }
        try await run.waitUntilReleased()
      }
    }
  }

  @Test("replication_bytes and replication_lag, with a standby that stops replaying or delays it; archiver_backlog")
  func otherServers() async throws {
    var options = ThrowawayCluster.Options()
    let blocked = "\(FileManager.default.temporaryDirectory.path)/sluice_archive_\(UUID().uuidString)"
    options.settings = ["archive_mode": "on", "archive_command": "test ! -e \(blocked)"]
    try Data().write(to: URL(filePath: blocked))
    defer { try? FileManager.default.removeItem(atPath: blocked) }
    try await ThrowawayCluster.withCluster(options) { primary in
      try await PostgresConnection.withConnection(primary.configuration()) { administrator in
        try await administrator.script(
          "create role sluice_owner login; create role author login; grant pg_monitor to sluice_owner")
        try await administrator.script(
          "grant create on database postgres to sluice_owner; grant create on schema public to author")
        try await SchemaInstaller().install(on: primary.configuration().user("sluice_owner"))
        try await administrator.script(
          """
          set session authorization sluice_owner;
          select sluice.grant_author('author');
          set session authorization author;
          create table item (id bigint primary key, n integer not null default 0);
          insert into item select generate_series(1, 20000);
          reset session authorization;
          """)
        func run(_ name: String) -> GuardedRun {
          GuardedRun(
            administrator: primary.configuration(), owner: primary.configuration().user("sluice_owner"),
            author: primary.configuration().user("author"), name: name)
        }
        func forget() async throws {
          try await PostgresConnection.withConnection(primary.configuration().user("author")) { author in
            try await author.script("select sluice.cancel('walk'); select sluice.forget('walk')")
          }
        }

        // an archive that never worked, and works at last
        try await run("archiver_backlog").serve(slowAt: 1, holdAt: 2) {
          for _ in 1...4 {
            try await administrator.script("select pg_logical_emit_message(true, 'noise', 'x'); select pg_switch_wal()")
          }
          try await run("archiver_backlog").waitUntilHeld()
          try FileManager.default.removeItem(atPath: blocked)
          try await administrator.script("select pg_logical_emit_message(true, 'noise', 'x'); select pg_switch_wal()")
          try await run("archiver_backlog").waitUntilReleased()
        }
        try await forget()

        let standby = try await primary.startStandby()
        do {
          try await PostgresConnection.withConnection(standby.configuration()) { replayer in
            try await run("replication_bytes").serve(slowAt: 1, holdAt: 2) {
              try await replayer.query("select pg_wal_replay_pause()")
              try await administrator.query("select pg_logical_emit_message(true, 'noise', repeat('x', 4000000))")
              try await run("replication_bytes").waitUntilHeld()
              try await replayer.query("select pg_wal_replay_resume()")
              try await run("replication_bytes").waitUntilReleased()
            }
            try await forget()

            try await run("replication_lag").serve(slowAt: 0.5, holdAt: 1) {
              try await replayer.query("alter system set recovery_min_apply_delay to '2s'")
              try await replayer.query("select pg_reload_conf()")
              try await run("replication_lag").waitUntilHeld()
              try await replayer.query("alter system reset recovery_min_apply_delay")
              try await replayer.query("select pg_reload_conf()")
              try await run("replication_lag").waitUntilReleased()
            }
          }
          await standby.remove()
        } catch {
          await standby.remove()
          throw error
        }
      }
    }
  }
}

extension GuardedRun {
  /// Runs a statement that is cancelled by somebody else.
  fileprivate func cancelled(_ connection: PostgresConnection, _ statement: String) async throws {
    do {
      try await connection.query(statement)
    } catch let error as PostgresError where error.sqlState == "57014" {
      return
    }
  }

  /// Cancels what a connection does.
  fileprivate func cancelAll(of connection: PostgresConnection) async throws {
    let backend = await connection.backendProcessID
    try await PostgresConnection.withConnection(administrator) { other in
      try await other.query("select pg_cancel_backend($1)", [.integer(Int(backend))])
    }
  }
}
