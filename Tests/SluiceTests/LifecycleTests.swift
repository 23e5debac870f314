import Postgres
import Sluice
import SluiceTesting
import Testing

/// A column replaced by another while the old application goes on writing, as docs/lifecycle.md tells it.
@Suite("A release that replaces a column", .timeLimit(.minutes(2)))
struct LifecycleTests {
  struct InvoiceCents: Migration {
    static let definition = Definition("invoice_cents", target: "public.invoice") {
      Pending("amount is not null and cents is distinct from (amount::numeric * 100)::bigint")
      Update(set: "cents = (amount::numeric * 100)::bigint")
      Capture()
      Batch(min: 1, max: 50)
      OnFinish(
        "alter table public.invoice add constraint cents_known check (cents is not null) not valid",
        "alter table public.invoice validate constraint cents_known",
        "alter table public.invoice alter column cents set not null",
        "alter table public.invoice drop constraint cents_known",
        "create index concurrently invoice_by_cents on public.invoice (cents)",
        "alter table public.invoice drop column amount")
    }
  }

  let migrations = Migrations(InvoiceCents.self)

  /// The table as the release before left it; `book` is what its application remembers, in its own words.
  private static let before = """
    create table invoice (id bigint generated always as identity primary key, amount text not null);
    create table book (invoice_id bigint primary key, amount text not null);
    with written as (insert into invoice (amount) select format('%s.%s', i, i % 90 + 10) from generate_series(1, 3000) i returning *)
    insert into book select id, amount from written;
    create function old_code() returns void language plpgsql as $$
    declare
      this_amount text := round((random() * 1000)::numeric, 2)::text;
      old_id bigint := 1 + floor(random() * 3000);
      this_id bigint;
    begin
      insert into invoice (amount) values (this_amount) returning id into this_id;
      insert into book values (this_id, this_amount);
      update invoice set amount = this_amount where id = old_id;
      update book set amount = this_amount where invoice_id = old_id;
    end
    $$;
    """

  /// Rows of the old application that the new one would read wrongly.
  private static let wrong = """
    select count(*) from book join invoice on id = invoice_id
    where cents is distinct from (book.amount::numeric * 100)::bigint
    """

  /// Writes as the old application does, until the task is cancelled.
  private func runOldCode(_ database: SluiceDatabase) async throws {
    do {
      try await database.asAuthor { author in
        while !Task.isCancelled { try await author.query("select old_code()") }
      }
    } catch  where Task.isCancelled {}
  }

  /// First step of the deploy, as often as it is cut off.
  private func deploy(on client: SluiceClient) async throws {
    try await migrations.define(on: client)
    try await migrations.requireNoDrift(on: client)
    try await migrations.schedule(within: .hours(6), on: client)
  }

  @Test("may be run again from the top at each point, also after the last")
  func repeats() async throws {
    try await SluiceDatabase.with { database in
      try await database.asAuthor { try await $0.script(Self.before) }
      try await database.asAuthor { author in
        try await author.script(
          "alter table invoice add column cents bigint; alter table invoice alter column amount drop not null")
      }
      try await database.withClient { client in
        let first = try await migrations.schedule(within: .hours(6), on: client)
        #expect(first == ["invoice_cents"])
        let second = try await migrations.schedule(within: .hours(6), on: client)
        #expect(second == [])
        try await deploy(on: client)
        for _ in 1...2 {
          try await deploy(on: client)
          try await migrations.finish(on: client)
          try await migrations.assertFinished(on: client)
        }
        for _ in 1...2 {
          try await deploy(on: client)
          try await migrations.finish(on: client)
          try await migrations.assertFinished(on: client)
          try await migrations.cleanUp(on: client)
        }
        await #expect { try await InvoiceCents.schedule(on: client) } throws: {
          ($0 as? SluiceError)?.code == .wrongState
        }
      }
    }
  }

  @Test("may be run twice at once, and is scheduled by one of them")
  func runsTwice() async throws {
    try await SluiceDatabase.with { database in
      try await database.asAuthor { author in
        try await author.script(Self.before)
        try await author.script(
          "alter table invoice add column cents bigint; alter table invoice alter column amount drop not null")
      }
      try await database.withClient { try await migrations.define(on: $0) }
      let scheduled = try await database.asOwner { owner in
        // Both have seen that it is not scheduled when they wait for its row.
        try await owner.script("begin; select from sluice_internal.migration where name = 'invoice_cents' for update")
        return try await withThrowingTaskGroup(of: [String].self) { deploys in
          for _ in 1...2 {
            deploys.addTask {
              try await database.withClient { try await migrations.schedule(within: .hours(6), on: $0) }
            }
          }
          try await waitUntil("both deploys wait") {
            try await database.number(
              "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")
              == 2
          }
          try await owner.script("commit")
          return try await deploys.reduce(into: []) { $0 += $1 }
        }
      }
      #expect(scheduled == ["invoice_cents"])
    }
  }

  @Test("misses no row that the old application writes meanwhile, and ends with the old column gone")
  func replaces() async throws {
    try await SluiceDatabase.with { database in
      try await database.asAuthor { try await $0.script(Self.before) }
      try await withThrowingTaskGroup(of: Void.self) { oldCode in
        oldCode.addTask { try await runOldCode(database) }
        try await database.withClient { client in
          // The deploy, before any new code runs.
          try await database.asAuthor { author in
            try await author.script(
              "alter table invoice add column if not exists cents bigint; alter table invoice alter column amount drop not null"
            )
          }
          try await migrations.define(on: client)
          try await migrations.requireNoDrift(on: client)
          await #expect { try await migrations.assertFinished(on: client) } throws: {
            ($0 as? SluiceError)?.code == .notFinished
          }
          let written = try await database.number("select count(*) from book")
          try await migrations.finish(workers: 2, on: client)
          try await migrations.assertFinished(on: client)

          // Old code and new code side by side.
          for _ in 1...20 {
            let wrong = try await database.number(Self.wrong)
            #expect(wrong == 0)
            try await database.asAuthor { try await $0.query("insert into invoice (cents) values (100)") }
          }
          try await waitUntil("the old application wrote beside the new one") {
            try await database.number("select count(*) from book") > written + 20
          }
          oldCode.cancelAll()
          try await oldCode.waitForAll()

          // No old code is left: now the rest.
          try await migrations.cleanUp(on: client)
          try await migrations.cleanUp(on: client)
        }
      }
      try await check(database)
    }
  }

  private func check(_ database: SluiceDatabase) async throws {
    let wrong = try await database.number(Self.wrong)
    #expect(wrong == 0)
    let lost = try await database.number("select (select count(*) from invoice) - (select count(*) from book)")
    #expect(lost == 20)
    let columns = try await database.number(
      """
      select count(*) from pg_attribute
      where attrelid = 'invoice'::regclass and attnum > 0 and not attisdropped and (attname = 'amount' or not attnotnull)
      """)
    #expect(columns == 0)
    let left = try await database.number(
      """
      select (select count(*) from pg_trigger where tgrelid = 'invoice'::regclass)
        + (select count(*) from pg_constraint where conname = 'cents_known')
        + (select count(*) from pg_index where indrelid = 'invoice'::regclass and not indisvalid)
      """)
    #expect(left == 0)
    let indexes = try await database.number("select count(*) from pg_index where indrelid = 'invoice'::regclass")
    #expect(indexes == 2)
  }
}
