import Foundation
import Postgres
import Testing

/// Definitions in files.
@Suite(.timeLimit(.minutes(5))) struct DefineTests {
  @Test("A file of definitions is defined, a second time nothing changes, and psql's comments do no harm")
  func definesFiles() async throws {
    try await Shop.open { program, _ in
      let text = "-- totals; of orders\n\(Shop.definition)\n"
      let first = try await program.run("define", "-", input: text)
      #expect(first.status == 0)
      #expect(first.output == "fill_total  defined  standard input:2\n")
      let again = try await program.run("define", "-", "--json", input: text)
      #expect(again.status == 0)
      let defined = try #require(try again.json()["defined"] as? [[String: Any]])
      #expect(defined.first?["name"] as? String == "fill_total")
      #expect(defined.first?["new"] as? Bool == false)
      #expect((defined.first?["notes"] as? [Any])?.count == 1)
    }
  }

  @Test("Remarks of the server are printed as notes")
  func printsNotes() async throws {
    try await Shop.withMigration { program, _ in
      let again = try await program.run("define", "-", input: Shop.definition)
      #expect(again.error == "note: migration \"fill_total\" is already defined, and the same\n")
    }
  }

  @Test("--check defines nothing, and ends with 2 when a definition is missing or differs")
  func checks() async throws {
    try await Shop.open { program, connection in
      let files = """
        \(Shop.definition)
        select sluice.define('second', target => 'public.orders', pending => 'total < 0', set => 'total = 0',
          after => '{fill_total}');
        """
      let missing = try await program.run("define", "--check", "-", input: files)
      #expect(missing.status == 2)
      #expect(
        missing.output == "fill_total  not defined  standard input:1\nsecond  not defined  standard input:2\n")
      #expect(try await program.run("list").output.hasPrefix("no migration is defined"))

      try await connection.script(files)
      let same = try await program.run("define", "--check", "-", input: files)
      #expect(same.status == 0)
      #expect(same.error == "")
      let changed = files.replacing("set => 'total = cents'", with: "set => 'total = 2 * cents'")
      let differs = try await program.run("define", "--check", "-", "--json", input: changed)
      #expect(differs.status == 2)
      let verdicts = try #require(try differs.json()["checked"] as? [[String: Any]])
      #expect(verdicts.map { $0["verdict"] as? String } == ["different", "same"])
      #expect(
        (verdicts.first?["detail"] as? String)?.contains("set is \"total = 2 * cents\", was \"total = cents\"") == true)
      let broken = try await program.run(
        "define", "--check", "-", input: files.replacing("second', target", with: "third', targets"))
      #expect(broken.status == 65)
      #expect(broken.error.contains("standard input:2: "))
    }
  }

  @Test("--check of several files takes each after those before it")
  func checksSeveral() async throws {
    try await Shop.open { program, _ in
      let folder = FileManager.default.temporaryDirectory.appending(path: "sluice-\(UUID())")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      let first = folder.appending(path: "1.sql").path
      let second = folder.appending(path: "2.sql").path
      try Data(Shop.definition.utf8).write(to: URL(filePath: first))
      try Data(
        """
        select sluice.define('second', target => 'public.orders', pending => 'total < 0', set => 'total = 0',
          after => '{fill_total}');
        """.utf8
      ).write(to: URL(filePath: second))
      let missing = try await program.run("define", "--check", first, second)
      #expect(missing.status == 2)
      #expect(missing.output == "fill_total  not defined  \(first):1\nsecond  not defined  \(second):1\n")
    }
  }

  @Test("A file is all or nothing, and the error names file and line")
  func isAtomic() async throws {
    try await Shop.open { program, _ in
      let bad = """
        \(Shop.definition)

        select sluice.define('other', target => 'public.orders', pending => 'nothing = 1', set => 'total = 1');
        """
      let ending = try await program.run("define", "-", input: bad)
      #expect(ending.status == 65)
      #expect(ending.error.hasPrefix("sluice: standard input:3: "))
      #expect(ending.error.contains("\nhint: ") || ending.error.contains("nothing"))
      #expect(try await program.run("list").output.hasPrefix("no migration is defined"))
    }
  }

  @Test(
    "What cannot run in a definition file is refused with its line",
    arguments: [
      ("\\set x 1", "standard input:1: \\set is a command of psql"),
      ("select 1;\nselect :'x'", "standard input:2: variables of psql are not replaced"),
      ("begin; select 1; commit;", "standard input:1: begin cannot be used here"),
      ("select 'x", "standard input:1: unterminated quoted string"),
      ("-- nothing", "standard input holds no statement"),
      ("select 1;", "standard input holds no call of sluice.define()"),
    ])
  func refuses(text: String, message: String) async throws {
    try await Shop.open { program, _ in
      let ending = try await program.run("define", "-", input: text)
      #expect(ending.status == 65)
      #expect(ending.error.hasPrefix("sluice: \(message)\n"))
    }
  }

  @Test("A file that is not there, an unknown table, a bad name")
  func saysWhatIsWrong() async throws {
    try await Shop.open { program, _ in
      #expect(try await program.run("define", "/nowhere/at.sql").status == 66)
      let table = try await program.run(
        "define", "-", "--json", input: "select sluice.define('a', target => 'public.nothing', delete => true)")
      #expect(table.status == 65)
      let error = try #require(try table.json()["error"] as? [String: Any])
      #expect(error["sqlstate"] as? String == "42P01")
      #expect(Set(error.keys) == ["code", "sqlstate", "message", "detail", "hint"])
      let name = try await program.run(
        "define", "-", input: "select sluice.define('Bad Name', target => 'public.orders', delete => true)")
      #expect(name.status == 65)
      #expect(name.error.contains("\nhint: "))
    }
  }
}
