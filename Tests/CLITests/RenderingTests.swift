import Foundation
import Logging
import Sluice
import Testing

@testable import SluiceCLI

/// What people see, as pure functions.
@Suite struct RenderingTests {
  static let now = Date(timeIntervalSince1970: 1_780_000_000)

  /// A migration in the middle of its run.
  static func running(_ change: (inout MigrationProgress) -> Void = { _ in }) throws -> MigrationProgress {
    let json = """
      {"name": "fill_total", "owner": "shop", "target": "orders", "state": "running", "rowsDone": 613204,
       "rowsChanged": 613204, "rowsPending": 386796, "percent": 61.32, "rowsPerSecond": 18402.4, "batchSize": 1250,
       "pause": 0.034, "hotShare": 0.92, "lanes": 2, "lanesTotal": 3, "workers": 2, "attempts": 0,
       "rowsQuarantined": 0}
      """
    var progress = try JSONDecoder().decode(MigrationProgress.self, from: Data(json.utf8))
    progress.forecast = now + 32
    progress.deadline = now + 61
    progress.onTrack = true
    change(&progress)
    return progress
  }

  @Test("What the server says has short moments, and commands where there is one")
  func translates() {
    let zone = TimeZone(secondsFromGMT: 0) ?? .current
    func told(_ text: String) -> String { ServerText.told(text, now: Self.now, timeZone: zone) }
    #expect(told("its start at 2026-05-28 22:26:42.5+02") == "its start at 20:26:42")
    #expect(told("Mend it, then: select sluice.retry('a_1');") == "Mend it, then: sluice retry a_1")
    #expect(told("call sluice.cleanup('a');") == "sluice cleanup a")
    let other = "select sluice.finished('a'); of 2026-05-28"
    #expect(told(other) == other)
  }

  @Test(
    "A command is kept apart from the words behind it",
    arguments: [
      ("then: select sluice.retry('a'); To tolerate more", "then: sluice retry a. To tolerate more"),
      ("select sluice.accept_remaining('a'); or cancel", "sluice accept a, or cancel"),
      ("then: call sluice.cleanup('a'); which goes on with this.", "then: sluice cleanup a, which goes on with this."),
      ("call sluice.cleanup('a'); goes on from here.", "sluice cleanup a goes on from here."),
      ("See select sluice.retry('a'); then again", "See sluice retry a; then again"),
      ("and call sluice.retry('a'), or sluice.accept_remaining('a')", "and call sluice retry a, or sluice accept a"),
    ])
  func keepsApart(text: String, told: String) {
    #expect(ServerText.told(text) == told)
  }

  @Test(
    "Arguments of SQL are the options of the command",
    arguments: [
      ("sluice.reschedule('a', within => '1 day 02:00:00');", "sluice reschedule a --within '1 day 02:00:00'"),
      ("sluice.reschedule('a', workers => 2); or time", "sluice reschedule a --workers 2, or time"),
      ("sluice.reschedule('a', during => '{}');", "sluice reschedule a --any-time"),
      (
        "sluice.reschedule('a', within => '1 week', starting => ...);",
        "sluice reschedule a --within '1 week' --starting ..."
      ),
      ("sluice.throttle('a', null); or so", "sluice throttle a none, or so"),
      ("Give rows a second, or null for no limit; to stop it", "Give rows a second, or none for no limit; to stop it"),
      ("with some to spare: within => '00:00:04'. More", "with some to spare: --within '00:00:04'. More"),
      ("names of windows, during => '{nights}', or nothing", "names of windows, --during nights, or nothing"),
      ("sluice.reschedule('a', sideways => 1);", "sluice.reschedule('a', sideways => 1);"),
    ])
  func tellsOptions(text: String, told: String) {
    let prefix = text.hasPrefix("sluice.reschedule") ? "select * from " : text.hasPrefix("sluice.") ? "select " : ""
    #expect(ServerText.told(prefix + text) == (told.hasPrefix("sluice.") ? prefix : "") + told)
  }

  @Test("Amounts are short and clear")
  func writesAmounts() {
    #expect(
      [0, 999, 1_000, 1_234_567, -1_000].map { Amount.count($0) } == ["0", "999", "1,000", "1,234,567", "-1,000"])
    #expect(
      [0, 0.034, 8.24, 72, 3600, 187_200].map { Amount.duration(seconds: $0) }
        == ["0 s", "34 ms", "8.2 s", "1 min 12 s", "1 h", "2 d 4 h"])
    #expect([0, 99.97, 100].map { Amount.percent($0) } == ["0.0 %", "99.9 %", "100 %"])
    #expect([0, 1_536, 12_582_912].map { Amount.bytes($0) } == ["0 bytes", "1.5 kB", "12 MB"])
    let zone = TimeZone(secondsFromGMT: 0) ?? .current
    #expect([1, 2_000].map { Amount.counted($0, "migration") } == ["1 migration", "2,000 migrations"])
    #expect([5000, 0.5].map { Amount.rate($0) } == ["5,000", "0.5"])
    #expect(Amount.moment(Self.now, now: Self.now, timeZone: zone) == "20:26:40")
    #expect(Amount.moment(Self.now + 86_400, now: Self.now, timeZone: zone) == "Fri 20:26")
    #expect(Amount.moment(Self.now + 864_000, now: Self.now, timeZone: zone) == "2026-06-07 20:26")
  }

  @Test("A line is cut to what is seen, not to its codes")
  func cutsLines() {
    let line: Line = "\("fill_total", .bold) \("running", .cyan)"
    #expect(line.width == 18)
    #expect(line.cut(to: 12).plain == "fill_total …")
    #expect(line.rendered(inColour: true).hasPrefix("\u{1B}[1mfill_total\u{1B}[0m"))
    #expect(line.rendered(inColour: false) == "fill_total running")
  }

  @Test("A long line is broken at blanks and goes on under its text")
  func wrapsLines() {
    let lines = Line.fact("note", "one two three four five six", width: 18, indent: 6)
    #expect(lines.map(\.plain) == ["note  one two", "      three four", "      five six"])
    #expect(Line("short").wrapped(to: 80, indent: 2) == [Line("short")])
  }

  @Test("A table aligns its columns and leaves out empty ones")
  func alignsTables() {
    var table = Table(.text("name"), .number("rows"), .text("nothing"), .text("note"))
    table.rows = [["a", "1,000", "", "first"], ["longer", "1", "", ""]]
    #expect(
      table.lines(width: 80).map(\.plain) == ["name     rows  note", "a       1,000  first", "longer      1"])
  }

  @Test("A bar is full only when all is done")
  func drawsBars() {
    func bar(_ share: Double) -> String { Bar.line(share: share, width: 4, style: .plain).plain }
    #expect([0, 0.5, 0.6, 0.999, 1].map(bar) == ["────", "━━──", "━━──", "━━━╸", "━━━━"])
    #expect(bar(0.63) == "━━╸─")
  }

  @Test("The live view tells rows, rate, forecast, deadline, batch and lanes")
  func showsProgress() throws {
    let lines = ProgressBlock(progress: try Self.running(), now: Self.now).lines(width: 80).map(\.plain)
    #expect(lines[0] == "fill_total  running  orders")
    #expect(lines[1].hasSuffix("  61.3 %"))
    #expect(lines[2] == "rows      613,204 done, 386,796 left, 18,402 a second")
    #expect(lines[3].contains(", in 32 s"))
    #expect(lines[3].hasSuffix("on track with 29 s to spare"))
    #expect(lines[4] == "batch     1,250 rows, pause 34 ms, HOT 92 %, 2 lanes")
    #expect(lines.count == 5)
  }

  @Test("The live view tells between which times it will be done, while that is open")
  func showsRange() throws {
    let progress = try Self.running {
      $0.earliest = Self.now + 28
      $0.latest = Self.now + 41
    }
    let facts = ProgressFacts(progress: progress, now: Self.now)
    let moments = [28.0, 41].map { Amount.moment(Self.now + $0, now: Self.now) }
    #expect(facts.range?.plain == "\(moments[0]) and \(moments[1]), as a rule")
    #expect(ProgressBlock(progress: progress, now: Self.now).lines(width: 80)[4].plain.hasPrefix("between   "))
    #expect(ProgressFacts(progress: progress, now: Self.now + 60).range == nil)
    let known = try Self.running {
      $0.earliest = Self.now
      $0.latest = Self.now
    }
    #expect(ProgressFacts(progress: known, now: Self.now - 9).range == nil)
  }

  @Test("A run that is late, waits or fails says so")
  func showsTrouble() throws {
    let progress = try Self.running {
      $0.lateBy = 90
      $0.onTrack = false
      $0.waitingFor = "window nights to open"
      $0.lastError = "deadlock detected"
      $0.attempts = 3
      $0.rowsQuarantined = 2
    }
    let text = ProgressBlock(progress: progress, now: Self.now).lines(width: 200).map(\.plain).joined(separator: "\n")
    #expect(text.contains("late by 1 min 30 s"))
    #expect(text.contains("waits for window nights to open"))
    #expect(text.contains("trouble   deadlock detected, 3 attempts"))
    #expect(text.contains("2 in quarantine"))
  }

  @Test("An error is told until its range has gone on, while rows are put aside, and when the run failed")
  func forgetsTrouble() throws {
    func trouble(_ change: (inout MigrationProgress) -> Void) throws -> String? {
      let progress = try Self.running {
        $0.lastError = "terminating connection due to administrator command"
        change(&$0)
      }
      return ProgressFacts(progress: progress, now: Self.now).trouble?.plain
    }
    #expect(try trouble { _ in } == nil)
    #expect(
      try trouble { $0.attempts = 1 } == "terminating connection due to administrator command, 1 attempts")
    #expect(try trouble { $0.rowsQuarantined = 1 } != nil)
    #expect(try trouble { $0.state = "failed" } != nil)
  }

  @Test("A page about one migration tells all that it was defined to do")
  func showsDefinition() throws {
    func definition(_ arguments: String) throws -> [String] {
      let page = StatusPage(
        migration: try Self.running(), lanes: [], stuck: [],
        definition: try JSONDecoder().decode(JSONValue.self, from: Data(arguments.utf8)))
      return Array(page.lines(now: Self.now, width: 200).map(\.plain).drop { $0 != "owner     shop" }.dropFirst())
    }
    let archive = try definition(
      """
      {"target": "orders", "pending": "true", "statements": ["insert into archive\\n  select id from batch", "select f()"],
       "key": ["year", "id"], "capture": true, "after": ["one", "two"], "walk": "auto",
       "on_finish": ["alter table orders validate constraint a", "vacuum orders"], "search_path": ["public"]}
      """)
    #expect(
      archive == [
        "pending   true", "statement insert into archive select id from batch", "statement select f()",
        "key       year, id", "capture   true", "after     one, two",
        "on_finish alter table orders validate constraint a", "on_finish vacuum orders",
      ])
    #expect(
      try definition(#"{"pending": "old", "delete": true, "source": "gone g", "match": "g.id = orders.id"}"#)
        == ["pending   old", "delete    true", "source    gone g", "match     g.id = orders.id"])
  }

  @Test("A page about one migration says how many lanes it leaves out")
  func countsLanes() throws {
    func last(_ count: Int) throws -> String? {
      let lane = """
        {"name": "fill_total", "laneId": 1, "relation": "orders", "act": "change", "state": "active", "doing": "waits",
         "stripe": 0, "stripes": 1, "rowsVisited": 0, "rowsChanged": 0, "rowsEstimated": 9, "batchSize": 1, "pause": 0,
         "batches": 0, "failures": 0, "attempts": 0}
        """
      let lanes = try Array(repeating: JSONDecoder().decode(Lane.self, from: Data(lane.utf8)), count: count)
      let page = StatusPage(migration: try Self.running(), lanes: lanes, stuck: [], definition: .null)
      return page.lines(now: Self.now, width: 200).last?.plain
    }
    #expect(try last(20)?.contains("orders") == true)
    #expect(try last(21) == "and 1 lane more; --json has all")
    #expect(try last(64) == "and 44 lanes more; --json has all")
  }

  @Test("One that was stopped waits for nothing, and has a reason")
  func showsReason() throws {
    let paused = try Self.running {
      $0.state = "paused"
      $0.waitingFor = "paused by shop"
    }
    let block = ProgressBlock(progress: paused, now: Self.now).lines(width: 200).map(\.plain)
    #expect(block.contains("reason    paused by shop"))
    #expect(ProgressLog.line(paused, now: Self.now).plain.contains("  reason paused by shop"))
  }

  @Test("An event tells once who did it")
  func tellsActorOnce() throws {
    func event(_ message: String) throws -> String {
      let json = """
        {"eventId": 1, "name": "fill_total", "happenedAt": 0, "kind": "state", "oldState": "running",
         "newState": "paused", "actor": "shop", "message": "\(message)"}
        """
      return EventLine.line(try JSONDecoder().decode(Event.self, from: Data(json.utf8)), now: Self.now).plain
    }
    #expect(try event("paused by shop").hasSuffix("running → paused  paused by shop"))
    #expect(try event("a column is gone").hasSuffix("running → paused  a column is gone  by shop"))
  }

  @Test("Verification has a bar of its own, and the end says when it was verified")
  func showsEnd() throws {
    let verifying = try Self.running {
      $0.state = "verifying"
      $0.verifiedPercent = 40
    }
    #expect(
      ProgressBlock(progress: verifying, now: Self.now).bar(width: 80).plain.hasSuffix("  40.0 % verified"))
    let finished = try Self.running {
      $0.state = "finished"
      $0.percent = 100
      $0.forecast = nil
      $0.startedAt = Self.now - 58
      $0.finishedAt = Self.now
      $0.verifiedAt = Self.now
    }
    let lines = ProgressBlock(progress: finished, now: Self.now).lines(width: 80).map(\.plain)
    #expect(lines[1].hasSuffix("━  100 %"))
    #expect(lines[2] == "rows      613,204 changed, 613,204 visited")
    #expect(lines.contains { $0.contains("verified") && $0.contains("after 58 s") && $0.contains("met") })
  }

  @Test("Where nothing can be drawn in place, a line is printed when something changed, not more often than asked")
  func logsChanges() throws {
    var log = ProgressLog(every: 5)
    var progress = try Self.running()
    #expect(log.line(for: progress, now: Self.now) != nil)
    progress.percent = 62
    #expect(log.line(for: progress, now: Self.now + 1) == nil)
    #expect(log.line(for: progress, now: Self.now + 5) != nil)
    #expect(log.line(for: progress, now: Self.now + 60) == nil)
    progress.state = "paused"
    #expect(log.line(for: progress, now: Self.now + 61) != nil)
  }

  @Test("Only lines that changed are drawn again")
  func redraws() {
    #expect(LiveRegion.codes(from: ["a", "b"], to: ["a", "b"]) == "")
    #expect(LiveRegion.codes(from: ["a", "b"], to: ["a", "c"]) == "\u{1B}[?25l\u{1B}[2A\n\rc\u{1B}[K\n\u{1B}[?25h")
    #expect(LiveRegion.codes(from: ["a", "b"], to: ["a"]) == "\u{1B}[?25l\u{1B}[2A\n\u{1B}[J\u{1B}[?25h")
  }

  @Test("A plan is told by its facts, and why it cannot be kept")
  func showsPlans() throws {
    let json = """
      {"feasible": false, "reason": "it takes longer than that", "rowsEstimated": 1000000, "pendingEstimated": 900000,
       "secondsPerRow": 0.0000123, "walk": "striped", "stripes": 16, "batchSize": 4000, "pause": 0, "fullSpeed": 12.2,
       "planned": 60, "shortestDeadline": 16, "walBytes": 314572800, "notes": ["the table is full"]}
      """
    let plan = try JSONDecoder().decode(Plan.self, from: Data(json.utf8))
    let lines = PlanPage(name: "fill_total", plan: plan).lines(width: .max).map(\.plain)
    #expect(lines[0] == "fill_total  not feasible: it takes longer than that")
    #expect(lines.contains("rows        about 900,000 of 1,000,000 pending"))
    #expect(lines.contains("takes       1 min as planned, 12 s at full speed"))
    #expect(lines.contains("shortest    16 s is the shortest deadline"))
    #expect(lines.last == "note        the table is full")
  }

  @Test("pgbench's log gives the latencies of a time, and a line cut off is passed over")
  func readsLatencies() {
    let log = LatencyLog("0 1 1000 0 100 500000 10\n1 1 3000 0 101 0 10\n0 2 9000 0 200 0 10\n0 3 70")
    #expect(log.entries.count == 3)
    #expect(log.percentile(0.5) == 3)
    #expect(log.percentile(0.99) == 9)
    let part = log.between(Date(timeIntervalSince1970: 100), Date(timeIntervalSince1970: 150))
    #expect(part.percentile(0.99) == 3)
    #expect(LatencyLog("").percentile(0.5) == nil)
  }

  @Test("A log line is text for people and an object for programs")
  func writesLogLines() {
    let line = LogLine(
      time: Date(timeIntervalSince1970: 0), level: .info, message: "hello", metadata: ["b": "two words", "a": "1"])
    #expect(line.text == "1970-01-01T00:00:00.000Z info     hello a=1 b=\"two words\"")
    #expect(
      line.json
        == #"{"level":"info","message":"hello","metadata":{"a":"1","b":"two words"},"time":"1970-01-01T00:00:00.000Z"}"#
    )
  }
}
