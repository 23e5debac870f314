import FoundationEssentials
import Postgres
import Sluice
import SluiceTesting
import Testing

/// Application code as the change of a migration.
@Suite("A handler", .timeLimit(.minutes(2)))
struct HandlerTests {
  @Test("encrypts every token once, on one lane and on several", arguments: [1, 4])
  func encrypts(_ workers: Int) async throws {
    try await EncryptTokens.withTokens { database in
      try await database.schedule(EncryptTokens.self, workers: workers)
      let outcomes = try await database.driver(workers: workers, EncryptTokens.self).runUntilIdle()
      #expect(outcomes == ["tokens_encrypted": MigrationOutcome(.finished)])
      #expect(try await EncryptTokens.mistakes(in: database) == 0)
      #expect(try await database.number("select count(*) from tokens where token is not null") == 0)
      let lanes = try await database.number(
        "select count(distinct lane_id) from sluice.history where act = 'change' and outcome = 'done'")
      #expect(workers == 1 ? lanes == 1 : lanes > 1)
    }
  }

  @Test("whose worker is ended in the middle of a batch does no row twice, and leaves out none")
  func interrupted() async throws {
    try await withTexts(600) { database in
      try await database.asAuthor { try await $0.query("update texts set text = 'end my backend' where id % 200 = 7") }
      try await database.schedule(Shout.self)
      let outcomes = try await database.driver(Shout.self).runUntilIdle()
      #expect(outcomes["shout"]?.kind == .finished)
      #expect(try await database.number("select count(*) from texts where shouted is distinct from upper(text)") == 0)
      #expect(try await database.number("select count(*) from audit") == 600)
      #expect(try await database.number("select count(distinct text_id) from audit") == 600)
      #expect(try await database.number("select last_value from incidents") > 1)
    }
  }

  @Test("is not called for rows of another definition with the name of its own, and the log says so")
  func otherDefinition() async throws {
    try await withTexts(10) { database in
      var other = Shout.definition
      other.pending = "shouted is null and id > 5"
      try await database.withClient { [other] client in
        try await client.define(other)
        await #expect { try await client.cleanup("shout", timeout: .seconds(30), handlers: [Shout.self]) } throws: {
          ($0 as? SluiceError)?.code == .definitionsDiffer
        }
      }
      try await database.schedule("shout")
      let log = LogCollector()
      let driver = SluiceDriver(
        configuration: database.author, options: DriverOptions(pollInterval: .milliseconds(100)),
        handlers: [Shout.self], logger: log.logger)
      let running = Task { try await driver.run() }
      let warning = "warning a handler is not used: the database has another definition of its migration: shout"
      try await waitUntil("it was said") { log.lines.contains(warning) }
      try await waitUntil("a worker asked for work") {
        try await database.number(
          """
          select count(*) from pg_stat_activity
          where application_name = 'sluice worker' and query ~ 'claim' and datname = current_database()
          """) > 0
      }
      running.cancel()
      _ = try? await running.value
      #expect(try await database.number("select count(*) from texts where shouted is not null") == 0)
    }
  }

  @Test("in a type that is not one, or a type without it, is refused before anything is defined")
  func contradictions() async throws {
    try await withTexts(1) { database in
      try await database.withClient { client in
        for migrations in [Migrations(PlainHandler.self), Migrations(NoHandler.self)] {
          await #expect { try await migrations.define(on: client) } throws: {
            ($0 as? SluiceError)?.code == .invalidArgument
          }
        }
        let definitions = try await client.definitions()
        #expect(definitions.isEmpty)
      }
    }
  }

  /// A handler in the definition of a migration that has none.
  struct PlainHandler: Migration {
    static let definition = Definition("plain", target: "public.texts") { Handler() }
  }

  /// A handler whose definition says otherwise.
  struct NoHandler: HandlerMigration {
    static let definition = Definition("no_handler", target: "public.texts") { Update(set: "shouted = 'sql'") }
    static func handle(_ rows: [Shout.Row], in batch: HandlerBatch) async throws -> [Never] { [] }
  }

  @Test("is cancelled when the session of its batch is gone, whose rows are rolled back")
  func lostBatch() async throws {
    try await withTexts(3) { database in
      try await database.asAuthor { try await $0.query("update texts set text = 'hang' where id = 2") }
      try await database.schedule(Shout.self)
      async let outcomes = database.driver(Shout.self).runUntilIdle()
      try await waitUntil("the handler hangs") {
        try await database.number("select count(*) from incidents where is_called") > 0
      }
      let begun = ContinuousClock.now
      try await database.asAuthor { author in
        try await author.query(
          """
          select pg_terminate_backend(pid) from pg_stat_activity
          where application_name = 'sluice worker' and datname = current_database()
          """)
      }
      #expect(try await outcomes["shout"]?.kind == .finished)
      // it would have hung for an hour
      #expect(begun.duration(to: .now) < .seconds(60))
    }
  }

  @Test("loses only the rows that it throws for, or that the table refuses")
  func poison() async throws {
    try await withTexts(500) { database in
      try await database.asAuthor { author in
        try await author.script(
          """
          update texts set text = 'throw' where id in (3, 4, 250);
          alter table texts add constraint decent check (shouted <> 'REFUSED' or id <> 77);
          update texts set text = 'refused' where id in (77, 78)
          """)
      }
      try await database.schedule(Shout.self)
      let outcomes = try await database.driver(Shout.self).runUntilIdle()
      #expect(outcomes["shout"]?.kind == .failed)
      let quarantined = try await database.asAuthor { author in
        try await author.query(
          "select key[1]::integer as id, sqlstate, message, constraint_name from sluice.quarantined order by 1")
      }
      #expect(try quarantined.map { try $0.get("id", as: Int.self) } == [3, 4, 77, 250])
      #expect(try quarantined.map { try $0.get("sqlstate", as: String.self) } == ["SL036", "SL036", "23514", "SL036"])
      #expect(try quarantined.first?.get("message") == "the handler failed: CannotShout(reason: \"it was told to\")")
      #expect(
        try await database.number(
          "select count(*) from texts where (shouted is null) <> (id in (3, 4, 77, 250)) or shouted <> upper(text)")
          == 0)
      // What the handler wrote by SQL of its own stands for the rows that were done, and for no others.
      #expect(try await database.number("select count(*) from audit") == 496)
      #expect(try await database.number("select count(distinct text_id) from audit") == 496)
      #expect(try await database.number("select count(*) from audit where text_id in (3, 4, 77, 250)") == 0)

      try await database.asAuthor { author in
        try await author.script(
          "update texts set text = 'mended' where shouted is null; select sluice.retry('shout')")
      }
      let again = try await database.driver(Shout.self).runUntilIdle()
      #expect(again["shout"]?.kind == .finished)
      #expect(try await database.number("select count(*) from texts where shouted is null") == 0)
    }
  }

  @Test("that throws what a client throws loses its row, and no worker")
  func throwsAsClient() async throws {
    try await withTexts(20) { database in
      try await database.asAuthor {
        try await $0.query("update texts set text = 'throw as a client does' where id = 3")
      }
      try await database.schedule(Shout.self)
      let outcomes = try await database.driver(Shout.self).runUntilIdle()
      #expect(outcomes["shout"]?.kind == .failed)
      #expect(try await database.number("select count(*) from texts where (shouted is null) <> (id = 3)") == 0)
      #expect(try await database.number("select count(*) from sluice.quarantined where sqlstate = 'SL036'") == 1)
    }
  }

  @Test("that hangs is given up after the time of a batch, and tried again", arguments: ["hang", "hang deaf"])
  func hangs(_ text: String) async throws {
    try await withTexts(50) { database in
      try await database.asOwner { try await $0.query("update sluice.policy set statement_timeout = '2 s'") }
      try await database.asAuthor { try await $0.query("update texts set text = $1 where id = 30", [.text(text)]) }
      try await database.schedule(Shout.self)
      let outcomes = try await database.driver(Shout.self).runUntilIdle()
      #expect(outcomes["shout"]?.kind == .finished)
      let message = try await database.asAuthor { author in
        try await author.query("select message from sluice.history where sqlstate = '57014'").single()
          .get(at: 0, as: String.self)
      }
      #expect(message == "the handler took longer than a batch may take, and was cancelled")
      #expect(try await database.number("select count(*) from texts where shouted is null") == 0)
      #expect(try await database.number("select count(*) from audit") == 50)
    }
  }

  @Test("that its driver lacks is named by progress and by the driver, and its rows are left alone")
  func missing() async throws {
    try await withTexts(10) { database in
      try await database.schedule(Shout.self)
      let outcomes = try await database.driver(EncryptTokens.self).runUntilIdle()
      #expect(
        outcomes == ["shout": MigrationOutcome(.blocked, reason: "shout waits for a driver with the handler shout")])
      try await database.withClient { client in
        let progress = try await client.progress(of: "shout")
        #expect(progress.waitingFor == "a worker: a driver with the handler shout")
      }
      #expect(try await database.number("select count(*) from texts where shouted is not null") == 0)
    }
  }

  @Test("does all of its work in a cleanup in the foreground, which SQL alone refuses")
  func cleanup() async throws {
    try await EncryptTokens.withTokens { database in
      try await database.withClient { client in
        try await EncryptTokens.define(on: client)
        await #expect {
          try await client.cleanup(EncryptTokens.name)
        } throws: {
          ($0 as? SluiceError)?.code == .handlerNeeded
        }
        try await EncryptTokens.cleanup(timeout: .seconds(60), on: client)
        #expect(try await EncryptTokens.isFinished(on: client))
        try await EncryptTokens.cleanup(on: client)
      }
      #expect(try await EncryptTokens.mistakes(in: database) == 0)
      #expect(
        try await database.number(
          "select count(*) from pg_attribute where attrelid = 'tokens'::regclass and attname = 'token'") == 0)
    }
  }

  @Test("is called by a preview, which changes nothing")
  func preview() async throws {
    try await withTexts(20) { database in
      try await database.withClient { client in
        let rows = try await Shout.preview(rows: 3, on: client)
        #expect(rows.map(\.key) == [.string("{1}"), .string("{2}"), .string("{3}")])
        #expect(rows.first?.before == .object(["id": .integer(1), "text": .string("text 1"), "shouted": .null]))
        #expect(
          rows.first?.after == .object(["id": .integer(1), "text": .string("text 1"), "shouted": .string("TEXT 1")]))
      }
      #expect(try await database.number("select count(*) from texts where shouted is not null") == 0)
      #expect(try await database.number("select count(*) from audit") == 0)
    }
  }

  @Test("in a cleanup says why it cannot finish")
  func cannotFinish() async throws {
    try await withTexts(20) { database in
      try await database.asAuthor { try await $0.query("update texts set text = 'throw' where id = 3") }
      try await database.withClient { client in
        await #expect {
          try await Shout.cleanup(timeout: .seconds(60), on: client)
        } throws: {
          ($0 as? SluiceError)?.code == .failed
        }
      }
      #expect(try await database.number("select count(*) from texts where shouted is null") == 1)
    }
  }

  @Test("that returns what does not fit the table is stopped with the reason, and nothing is changed")
  func unfit() async throws {
    try await withTexts(20) { database in
      try await database.schedule(Misfit.self)
      let outcomes = try await database.driver(Misfit.self).runUntilIdle()
      #expect(outcomes["misfit"]?.kind == .paused)
      #expect(outcomes["misfit"]?.reason?.contains("SL024") == true)
      #expect(outcomes["misfit"]?.reason?.contains("\"cried\"") == true)
    }
  }

  @Test("that reads a column which is not there is stopped, too")
  func unread() async throws {
    try await withTexts(20) { database in
      try await database.schedule(Misreader.self)
      let outcomes = try await database.driver(Misreader.self).runUntilIdle()
      #expect(outcomes["misreader"]?.kind == .paused)
      #expect(outcomes["misreader"]?.reason?.contains("42703") == true)
    }
  }

  @Test("can neither end the transaction of its batch, nor use it afterwards, nor hide an error in it")
  func lent() async throws {
    try await withTexts(6) { database in
      try await database.asAuthor { author in
        try await author.script(
          "update texts set text = case id when 1 then 'commit' when 2 then 'keep' when 3 then 'use' else 'swallow' end"
        )
      }
      try await database.schedule(Shout.self)
      _ = try await database.driver(Shout.self).runUntilIdle()
      let messages = try await database.asAuthor { author in
        try await author.query("select key[1]::integer as id, sqlstate, message from sluice.quarantined order by 1")
      }
      #expect(try messages.map { try $0.get("id", as: Int.self) } == [1, 3, 4, 5, 6])
      #expect(try messages[0].get("message", as: String.self).contains("cannot begin or end a transaction"))
      #expect(try messages[1].get("message", as: String.self).contains("ended when the handler returned"))
      #expect(try messages[2].get("sqlstate", as: String.self) == "22012")
    }
  }

  /// Lends a database with texts, which `Shout` is to shout.
  private func withTexts(_ count: Int, _ body: (SluiceDatabase) async throws -> Void) async throws {
    try await SluiceDatabase.with { database in
      try await database.asAuthor { author in
        try await author.script(
          """
          create table texts (id integer primary key, text text not null, shouted text);
          create table audit (text_id integer not null);
          create sequence incidents;
          insert into texts select i, 'text ' || i from generate_series(1, \(count)) as i;
          analyze texts
          """)
      }
      try await body(database)
    }
  }
}

extension SluiceDatabase {
  /// Defines a migration and schedules it without pauses.
  func schedule(_ migration: any Migration.Type, workers: Int = 1) async throws {
    try await withClient { try await $0.define(migration.definition) }
    try await schedule(migration.definition.name, workers: workers)
  }

  /// Driver with the handlers of migrations.
  func driver(workers: Int = 1, _ migrations: any HandlerMigration.Type...) -> SluiceDriver {
    SluiceDriver(
      configuration: author, options: DriverOptions(workers: workers, pollInterval: .milliseconds(100)),
      handlers: migrations, logger: .silent)
  }
}
