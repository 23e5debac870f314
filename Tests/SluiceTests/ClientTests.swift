import Foundation
import Postgres
import SluiceTesting
import Testing

@testable import Sluice

/// Every call of the client, on a real table.
@Suite("A client", .timeLimit(.minutes(5)))
struct ClientTests {
  struct Increment: Migration {
    static let definition = Definition("increment", target: "public.item") {
      Pending("n = 0")
      Update(set: "n = 1")
      Batch(min: 1, max: 100)
      OnFinish("create index concurrently item_n on public.item (n)", "analyze public.item")
    }
  }

  @Test("reads progress together with the server's time, whatever the client's clock says")
  func serverTime() async throws {
    try await SluiceDatabase.with(rows: 10) { database in
      try await database.scheduleIncrement()
      try await database.asAuthor { author in
        let clock = "select clock_timestamp()"
        let before = try await author.query(clock).single().get(at: 0, as: Date.self)
        let progress = try await database.withClient { try await $0.progress(of: "increment") }
        let all = try await database.withClient { try await $0.progress() }
        let after = try await author.query(clock).single().get(at: 0, as: Date.self)
        for moment in [progress.asOf] + all.map(\.asOf) { #expect((before...after).contains(moment)) }
      }
    }
  }

  @Test("lends a connection of its own to each body, so that no other call falls into a transaction of it")
  func ownConnections() async throws {
    try await SluiceDatabase.with(rows: 1) { database in
      try await database.withClient { client in
        let (begun, hasBegun) = AsyncStream.makeStream(of: Void.self)
        let (written, hasWritten) = AsyncStream.makeStream(of: Void.self)
        async let first: Void = client.withConnection { connection in
          try await connection.withTransaction { connection in
            try await connection.query("insert into public.item values (2, 0)")
            hasBegun.yield()
            for await _ in written { break }
            throw CancellationError()
          }
        }
        for await _ in begun { break }
        try await client.withConnection { try await $0.query("insert into public.item values (3, 0)") }
        try await Increment.define(on: client)
        hasWritten.yield()
        _ = try? await first
      }
      #expect(try await database.number("select sum(id) from item") == 4)
      #expect(try await database.number("select count(*) from sluice.definitions") == 1)
    }
  }

  @Test("says that Sluice is not there, or of another version, and not that a relation is missing")
  func otherSchema() async throws {
    try await TestDatabase.withDatabase(from: SluiceDatabase.empty) { database in
      let client = SluiceClient(configuration: database.configuration, logger: .silent)
      let error = await #expect(throws: SluiceError.self) { try await client.progress() }
      #expect(error?.code == .schemaAbsent && error?.localizedDescription == error?.message)
      await client.close()
    }
  }

  @Test("defines, plans, previews, schedules, watches and cleans up")
  func roundTrip() async throws {
    try await SluiceDatabase.with(rows: 3000) { database in
      try await database.withClient { client in
        try await Increment.define(on: client)
        let again = try await Increment.define(on: client)
        #expect(again.contains { $0.message.contains("already defined") })
        let definitions = try await client.definitions()
        #expect(definitions.map(\.name) == ["increment"] && definitions.first?.keyColumns == ["id"])

        let plan = try await Increment.plan(within: .days(1), on: client)
        #expect(plan.feasible && (plan.batchSize ?? 0) > 0 && (plan.planned ?? 0) > 0)
        let preview = try await Increment.preview(rows: 2, on: client)
        #expect(preview.count == 2)
        #expect(preview.first?.before == .object(["id": .integer(1), "n": .integer(0)]))
        #expect(preview.first?.after == .object(["id": .integer(1), "n": .integer(1)]))

        try await Increment.schedule(within: .days(1), on: client)
        let scheduled = try await Increment.progress(on: client)
        #expect(scheduled.state == "scheduled" && scheduled.deadline != nil && scheduled.rowsDone == 0)
        try await client.reschedule("increment", workers: 2, priority: 5)
        try await client.throttle("increment", rowsPerSecond: 1000)
        try await client.throttle("increment", rowsPerSecond: nil)
        try await client.pause("increment")
        let paused = try await client.progress()
        #expect(paused.map(\.state) == ["paused"])
        try await client.resume("increment")
        let lanes = try await client.lanes(of: "increment")
        #expect(lanes.count == 1 && lanes.first?.laneID ?? 0 > 0)
        await #expect { try await Increment.assertFinished(on: client) } throws: {
          ($0 as? SluiceError)?.code == .notFinished
        }

        try await Increment.cleanup(timeout: .seconds(30), on: client)
        let finished = try await Increment.isFinished(on: client)
        #expect(finished)
        try await Increment.assertFinished(on: client)
        let stuck = try await client.stuck()
        #expect(stuck.isEmpty)
        let events = try await client.events(of: "increment")
        #expect(events.first?.kind == "state" || events.first?.kind == "defined")
        #expect(events.contains { $0.newState == "finished" })
        let none = try await client.events(after: events.last?.eventID ?? 0)
        #expect(none.isEmpty)
        let encoded = try JSONEncoder().encode(try await client.progress())
        #expect(String(decoding: encoded, as: UTF8.self).contains("\"percent\":100"))
        try await client.forget("increment")
        let left = try await client.definitions()
        #expect(left.isEmpty)
      }
      let pending = try await database.number("select count(*) from item where n <> 1")
      #expect(pending == 0)
      let indexes = try await database.number("select count(*) from pg_indexes where indexname = 'item_n'")
      #expect(indexes == 1)
    }
  }

  @Test("knows every SQLSTATE of Sluice")
  func errorCodes() async throws {
    try await SluiceDatabase.with { database in
      let listed = try await database.asOwner { try await $0.query("select sqlstate from sluice.errors()") }
      for row in listed {
        var error = PostgresError(.server, "made up")
        error.sqlState = try row.get("sqlstate")
        #expect(SluiceError(error).code != .server || error.sqlState == "SL090", "\(error.sqlState ?? "")")
      }
      #expect(listed.count > 15)
    }
  }

  @Test("reports a refusal with code, SQLSTATE and hint")
  func refusal() async throws {
    try await SluiceDatabase.with { database in
      try await database.withClient { client in
        await #expect { _ = try await client.progress(of: "nothing") } throws: { error in
          let error = error as? SluiceError
          return error?.code == .unknownMigration && error?.sqlState == "SL002" && error?.hint != nil
        }
      }
    }
  }

  @Test("connects anew after its connection broke")
  func reconnects() async throws {
    try await SluiceDatabase.with { database in
      try await database.withClient { client in
        let backend = try await client.withConnection { await $0.backendProcessID }
        try await PostgresConnection.withConnection(database.administrator) { administrator in
          try await administrator.query("select pg_terminate_backend($1)", [.integer(backend)])
          try await waitUntil("the backend is gone") {
            try await administrator.query("select from pg_stat_activity where pid = $1", [.integer(backend)]).isEmpty
          }
        }
        try await waitUntil("the client noticed") {
          try await client.withConnection { await $0.backendProcessID } != backend
        }
        let progress = try await client.progress()
        #expect(progress.isEmpty)
      }
    }
  }

  @Test("is called so in pg_stat_activity, and a cleanup by its migration, unless the program has chosen a name")
  func applicationNames() async throws {
    try await SluiceDatabase.with(rows: 10) { database in
      try await database.asAuthor { try await $0.query("create table seen (name text)") }
      let note = "insert into public.seen select current_setting('application_name')"
      try await database.withClient { client in
        try await client.define(
          Definition("named", target: "public.item") {
            Pending("n = 0")
            Update(set: "n = 1")
            OnFinish(note)
          })
        try await client.withConnection { try await $0.query(note) }
        try await client.cleanup("named")
      }
      var configuration = database.author
      configuration.applicationName = "deploy"
      let chosen = SluiceClient(configuration: configuration, logger: .silent)
      try await chosen.withConnection { try await $0.query(note) }
      await chosen.close()
      let names = try await PostgresConnection.withConnection(database.administrator) { administrator in
        try await administrator.query("select name from seen order by ctid").map { try $0.get(at: 0, as: String.self) }
      }
      #expect(names == ["sluice client", "sluice cleanup named", "deploy"])
    }
  }

  @Test("connects again by itself when its session was terminated just before the call")
  func reconnectsAtOnce() async throws {
    try await SluiceDatabase.with { database in
      try await database.withClient { client in
        try await PostgresConnection.withConnection(database.administrator) { administrator in
          for _ in 0..<20 {
            let backend = try await client.withConnection { await $0.backendProcessID }
            try await administrator.query("select pg_terminate_backend($1, 60000)", [.integer(backend)])
            let progress = try await client.progress()
            #expect(progress.isEmpty)
          }
        }
      }
    }
  }

  @Test("lends its connection on the main actor, too")
  @MainActor func mainActor() async throws {
    try await SluiceDatabase.with { database in
      try await database.withClient { client in
        let counted = Counted()
        try await client.withConnection { connection in counted.rows = try await connection.query("select 1").count }
        #expect(counted.rows == 1)
      }
    }
  }

  /// State that must not leave its actor.
  private final class Counted {
    var rows = 0
  }

  @Test("that is connecting lets a cancelled call go at once, and the others wait on")
  func cancelledWhileConnecting() async throws {
    try await SluiceDatabase.with { database in
      let proxy = try TCPProxy(to: database.author)
      defer { proxy.close() }
      let client = SluiceClient(configuration: proxy.configuration, logger: .silent)
      proxy.arm(TCPProxy.Fault(at: .message(1, .toClient), ending: .silence))
      let first = Task { try await client.progress() }
      let second = Task { try await client.progress() }
      try await waitUntil("both wait for one connection") { await client.waiting.count == 2 && !proxy.isArmed }
      let begun = ContinuousClock.now
      for (call, left) in [(first, 1), (second, 0)] {
        call.cancel()
        await #expect { try await call.value } throws: { ($0 as? SluiceError)?.code == .cancelled }
        #expect(await client.waiting.count == left)
      }
      // `connect_timeout` is 10 seconds.
      #expect(ContinuousClock.now - begun < .seconds(5))
      // The attempt was given up with the last call, so the next begins another.
      let progress = try await client.progress()
      #expect(progress.isEmpty)
      await client.close()
    }
  }
}
