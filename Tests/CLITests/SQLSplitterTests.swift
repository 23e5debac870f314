import Testing

@testable import SluiceCLI

/// How a file becomes statements.
@Suite struct SQLSplitterTests {
  @Test(
    "A semicolon ends a statement only outside quotes, comments and parentheses",
    arguments: [
      ("select 1; select 2", ["select 1", "select 2"]),
      ("select ';' ; select \";\" ;", ["select ';'", "select \";\""]),
      ("select 'it''s; fine'; select 2", ["select 'it''s; fine'", "select 2"]),
      (#"select E'a\';b'; select 2"#, [#"select E'a\';b'"#, "select 2"]),
      (#"select 'a\'; select 2"#, [#"select 'a\'"#, "select 2"]),
      ("select $$a;b$$; select $x$ $$;$$ ; $x$;", ["select $$a;b$$", "select $x$ $$;$$ ; $x$"]),
      ("select 1 -- one; really\n; select 2", ["select 1 -- one; really", "select 2"]),
      ("/* a; /* b; */ c; */ select 1;", ["select 1"]),
      (
        "create rule r as on insert to t do also (select 1; select 2); select 3",
        ["create rule r as on insert to t do also (select 1; select 2)", "select 3"]
      ),
      ("select a::text, b[1:2], c := 1;", ["select a::text, b[1:2], c := 1"]),
      ("select tab$le$1; select 2", ["select tab$le$1", "select 2"]),
      (" -- nothing\n ; ;\n", []),
    ])
  func splits(text: String, statements: [String]) throws {
    #expect(try SQLSplitter.split(text).map(\.text) == statements)
  }

  @Test("Each statement knows its line, and the line of a position inside it")
  func knowsLines() throws {
    let fragments = try SQLSplitter.split("-- a file\n\nselect 1;\n\n/* two\nlines */ select\n  nothing;\n")
    #expect(fragments.map(\.line) == [3, 6])
    #expect(fragments[1].line(ofPosition: 10) == 7)
  }

  @Test(
    "Commands and variables of psql are refused, quotes must be closed",
    arguments: [
      ("select 1;\n\\set x 1\n", SQLSplitter.Trouble.psqlCommand("\\set", line: 2)),
      ("select 1 \\gset", .psqlCommand("\\gset", line: 1)),
      ("select :'name'", .psqlVariable(line: 1)),
      ("select 1;\nselect 'open", .unclosed("quoted string", line: 2)),
      ("select $a$ $b$", .unclosed("dollar-quoted string", line: 1)),
      ("/* /* */", .unclosed("comment", line: 1)),
    ])
  func refuses(text: String, trouble: SQLSplitter.Trouble) {
    #expect(throws: trouble) { try SQLSplitter.split(text) }
  }
}
