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
       "rowsQuarantined": 0, "asOf": 0}
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

  @Test("What is counted is declined")
  func declines() throws {
    #expect(Amount.rows(1, "remains", "remain") == "1 row remains")
    #expect(Amount.rows(2_000, "remains", "remain") == "2,000 rows remain")
    let progress = try Self.running {
      $0.rowsPending = 1
      $0.lanes = 1
      $0.batchSize = 1
    }
    #expect(progress.remainder == "running, 61.3 %, about 1 row remains")
    #expect(ProgressFacts(progress: progress, now: Self.now).batch?.plain == "1 row, pause 34 ms, HOT 92 %, 1 lane")
    #expect(progress.ending == "1 row accepted as it is")
    #expect(try Self.running { $0.rowsPending = 0 }.ending == "not verifiable, as there is no predicate")
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

  @Test("What would act on a terminal, forge a line or turn its order is written out")
  func showsControlCharacters() {
    #expect("\u{1B}]0;x\u{7}\r\n\t\u{7F}\u{9B}".visible == #"\x1B]0;x\x07\x0D\x0A\x09\x7F\x9B"#)
    #expect("a\u{202E}b\u{2066}c\u{2028}d".visible == #"a\u202Eb\u2066c\u2028d"#)
    #expect("注文 👩‍👩‍👧 e\u{301} א".visible == "注文 👩‍👩‍👧 e\u{301} א")
    let line: Line = "\("a\u{1B}[2J", .bold)\("\nb")"
    #expect(line.plain == #"a\x1B[2J\x0Ab"#)
    #expect(line.width == line.plain.count)
    #expect(Line("\u{1B}[2J").rendered(inColour: false) == #"\x1B[2J"#)
    #expect("one\ntwo\u{1B}".visibleLines == "one\n        two\\x1B")
    let log = LogLine(
      time: Self.now, level: .error, message: "a\n2026-01-01T00:00:00Z error sluice: forged",
      metadata: ["key": "b\nc\u{1B}[2J"])
    #expect(!log.text.unicodeScalars.contains { $0.value < 0x20 })
    #expect(log.text.hasSuffix(#" error    a\x0A2026-01-01T00:00:00Z error sluice: forged key=b\x0Ac\x1B[2J"#))
    #expect(log.json.contains(#""key":"b\nc\u001b[2J""#))
  }

  @Test(
    "Columns are those of a terminal: two for wide letters and pictures, none for marks",
    arguments: [
      ("", 0), ("orders", 6), ("Таблица заказов", 15), ("注文", 4), ("한국어", 6), ("ﾊﾝｶｸ", 4), ("ＡＢ", 4), ("e\u{301}", 1),
      ("\u{1112}\u{1161}\u{11AB}", 2), ("🚀", 2), ("👩‍👩‍👧", 2), ("🇩🇪", 2), ("❤\u{FE0F}", 2), ("⚠", 1), ("ก็", 1), ("א", 1),
      ("𠀀", 2),
      ("a\u{200B}b", 2), ("…", 1), ("━", 1),
    ])
  func countsColumns(text: String, columns: Int) {
    #expect(text.columns == columns)
    #expect(Line(text).width == columns)
  }

  @Test("Wide letters are padded, cut and broken by their columns")
  func fitsWideLetters() {
    #expect("注文".padded(to: 6) == "注文  ")
    #expect(Line("注文表").cut(to: 6).plain == "注文表")
    #expect(Line("注文表").cut(to: 5).plain == "注文…")
    #expect(Line("注文表").cut(to: 4).plain == "注…")
    #expect(Line.fact("a", "注文 表 注文 表", width: 17, indent: 4).allSatisfy { $0.width <= 17 })
    var table = Table(.text("name"), .number("rows"))
    table.rows = [["注文", "1"], ["order", "22"]]
    #expect(table.lines(width: 80).map(\.width) == [11, 11, 11])
  }

  @Test("A long name is shortened in its middle, before anything else is cut off")
  func shortensNames() throws {
    let long = String(repeating: "a", count: 31) + String(repeating: "z", count: 32)
    let all = try [long, "fill_total"].map { name in
      try Self.running {
        $0.name = name
        $0.waitingFor = "window nights to open"
      }
    }
    let lines = MigrationTable.table(all, now: Self.now).lines(width: 80).map(\.plain)
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(lines[1].contains(#/^aaaaaaaa…zzzzzzz  running  61.3 %  613,204  386,796  18,402 /#))
    #expect(lines[2].hasPrefix("fill_total        running  61.3 %  613,204"))
    let wide = MigrationTable.table(all, now: Self.now).lines(width: 250).map(\.plain)
    #expect(wide[1].hasPrefix(long))
    #expect(Line("abcdefgh", .bold).shortened(to: 5) == Line("ab…gh", .bold))
    #expect(Line("short").shortened(to: 5).plain == "short")
  }

  @Test("More migrations than fit are a line each; more lines than fit can be moved, and are counted")
  func fitsManyMigrations() throws {
    func lines(_ count: Int, height: Int, _ scroll: Scroll = Scroll()) throws -> [String] {
      let all = try (1...count).map { number in try Self.running { $0.name = "m\(number)" } }
      return ProgressView.lines(all, now: Self.now, width: 100, height: height, scroll: scroll, footer: "q leaves")
        .map(\.plain)
    }
    #expect(try lines(3, height: 40).filter { $0.contains("━") }.count == 3)
    let compact = try lines(10, height: 23)
    #expect(compact.count == 13 && !compact.contains { $0.contains("━") })
    #expect(compact.last == "q leaves" && compact[0].hasPrefix("migration"))
    let scroll = Scroll()
    let first = try lines(29, height: 23, scroll)
    #expect(first.count == 23)
    #expect(first[1].hasPrefix("m1 ") && first[19].hasPrefix("m19 "))
    #expect(first[20] == "1 to 19 of 29 migrations; arrow and page keys move")
    scroll.move(.lines(2))
    #expect(try lines(29, height: 23, scroll)[1].hasPrefix("m3 "))
    scroll.move(.pages(1))
    #expect(try lines(29, height: 23, scroll)[20].hasPrefix("11 to 29 of 29"))
    scroll.move(.pages(-2))
    #expect(try lines(29, height: 23, scroll)[20].hasPrefix("1 to 19 of 29"))
    #expect(try lines(29, height: 4).count <= 5)
  }

  @Test("Keys are read a byte at a time, those of several bytes too; what means nothing is ignored")
  func readsKeys() {
    var reader = WatchKey.Reader()
    let keys = "x\u{1B}[A\u{1B}OBj\u{1B}[5~\u{1B}[6~\u{1B}[1;5C q".compactMap { reader.take($0) }
    #expect(keys == [.lines(-1), .lines(1), .lines(1), .pages(-1), .pages(1), .pages(1), .leave])
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
      try trouble { $0.attempts = 1 } == "terminating connection due to administrator command, 1 attempt")
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
    let wrapped = Line("14:02:11  fill_total  quarantined  the first row was refused by author").wrapped(
      to: 40, indent: 10)
    #expect(
      wrapped.map(\.plain) == [
        "14:02:11  fill_total  quarantined  the", "          first row was refused by", "          author",
      ])
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
    #expect(
      LiveRegion.codes(from: ["a"], to: ["a"], isResized: true)
        == "\u{1B}[?25l\u{1B}[H\u{1B}[2J\ra\u{1B}[K\n\u{1B}[?25h")
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
