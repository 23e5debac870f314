import FoundationEssentials
import Sluice
import SluiceTesting
import Testing

/// Definitions in Swift.
@Suite("A definition")
struct DefinitionTests {
  struct BuildsStageID: Migration {
    static let definition = Definition("builds_stage_id", target: "public.builds") {
      Pending("stage_id is null")
      Update(set: "stage_id = s.id", from: "public.stages s", where: "s.name = builds.stage")
      After("stages_name")
      Batch(time: .milliseconds(20), max: 500)
    }
  }

  @Test("is made of parts, in any order")
  func parts() {
    var expected = Definition(
      "builds_stage_id", target: "public.builds", pending: "stage_id is null",
      change: .update(set: "stage_id = s.id", source: "public.stages s", match: "s.name = builds.stage"))
    expected.after = ["stages_name"]
    expected.batchTime = .milliseconds(20)
    expected.maxBatch = 500
    #expect(BuildsStageID.definition == expected)
    let other = Definition("other", target: "t") {
      Delete()
      Pending("id < 10")
      After(BuildsStageID.self)
      Key("a", "b")
      Walk(.key)
      Capture()
      Proof(.ranges)
      OnFinish("analyze t")
      Tolerate(attempts: 3, failed: 0.5)
    }
    #expect(other.change == .delete(source: nil, match: nil) && other.after == ["builds_stage_id"])
    #expect(other.key == ["a", "b"] && other.walk == .key && other.capture && other.onFinish == ["analyze t"])
    #expect(other.proof == .ranges && BuildsStageID.definition.proof == .snapshot)
    #expect(other.maxAttempts == 3 && other.maxFailed == 0.5 && other.pending == "id < 10")
  }

  @Test("may name its handler and its search path")
  func handler() {
    #expect(Shout.definition.change == .handler("shout"))
    let other = Definition("other", target: "t") {
      SearchPath("shop", "public")
      Handler("doubling")
      Batch(time: .seconds(1), min: 10, max: 20)
    }
    #expect(other.change == .handler("doubling") && other.searchPath == ["shop", "public"])
    #expect(other.batchTime == .seconds(1) && other.minBatch == 10 && other.maxBatch == 20)
  }

  @Test(
    "with two changes, none, or one that deletes all rows unsaid, does not compile",
    arguments: [
      ("Update(set: \"a = 1\")", true), ("Update(set: \"a = 1\"); Delete()", false), ("Pending(\"true\")", false),
      ("Handler(); Capture()", true), ("Handler(); Statements(\"select 1\")", false), ("", false),
      ("Delete()", false), ("Delete(); Capture()", false), ("Pending(\"true\"); Delete()", true),
      ("Delete(); Pending(\"a is null\"); Capture()", true), ("Delete(where: \"a = 1\"); Pending(\"true\")", false),
      ("Pending(\"true\"); if true { Capture() }; Delete()", false),
    ])
  func oneChange(_ parts: String, _ compiles: Bool) async throws {
    let libpq = URL(filePath: #filePath).appending(path: "../../../Sources/CLibPQ").standardized.path
    let source = "/tmp/definition.\(UUID().uuidString.prefix(8)).swift"
    try "import Sluice\nlet definition = Definition(\"a\", target: \"t\") { \(parts) }\n"
      .write(toFile: source, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: source) }
    let exitCode = try await ChildProcess(
      [
        "swiftc", "-typecheck", "-swift-version", "6", "-I", try builtProducts() + "/Modules", "-I", libpq,
        "-Xcc", "-I/usr/include/postgresql", source,
      ], output: "/dev/null"
    ).wait()
    #expect((exitCode == 0) == compiles)
  }

  @Test("takes rows for which each predicate is true, and limits from each part that has them")
  func repeatedParts() {
    let definition = Definition("both", target: "t") {
      Pending("id <= 5")
      Delete()
      Pending("id >= 3 -- in all")
      Batch(max: 5)
      Batch(min: 2)
      Tolerate(attempts: 3)
      Tolerate(failed: 0.5)
    }
    #expect(definition.pending == "(id <= 5\n) and (id >= 3 -- in all\n)")
    #expect(definition.minBatch == 2 && definition.maxBatch == 5)
    #expect(definition.maxAttempts == 3 && definition.maxFailed == 0.5)
  }

  @Test("may count time in minutes, hours, days and weeks")
  func durations() {
    #expect(Duration.weeks(1) == .days(7) && Duration.days(1) == .hours(24) && Duration.hours(1) == .minutes(60))
  }
}
