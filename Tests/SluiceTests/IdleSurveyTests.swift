import Testing

@testable import Sluice

/// When everything is worked off, without a server.
@Suite("A look at what is left")
struct IdleSurveyTests {
  private func migration(
    _ name: String, _ state: String, after: [String] = [], isOwn: Bool = true, waitingFor: String? = nil
  ) -> OwnedMigration {
    OwnedMigration(
      name: name, isOwn: isOwn, state: state, waitingFor: waitingFor, after: after)
  }

  @Test("goes on while a migration may run")
  func running() {
    var survey = IdleSurvey()
    let isOverAtFirst = survey.look(at: [migration("a", "running"), migration("b", "failed")])
    #expect(!isOverAtFirst)
    let isOver = survey.look(at: [migration("a", "finished"), migration("b", "failed", waitingFor: "too much")])
    #expect(isOver)
    #expect(
      survey.outcomes == ["a": MigrationOutcome(.finished), "b": MigrationOutcome(.failed, reason: "too much")])
  }

  @Test("counts neither what was finished before nor what others own")
  func others() {
    var survey = IdleSurvey()
    let isOver = survey.look(
      at: [migration("a", "finished"), migration("b", "defined"), migration("c", "running", isOwn: false)])
    #expect(isOver)
    #expect(survey.outcomes.isEmpty)
  }

  @Test("says what a migration is blocked by, also through others")
  func blocked() {
    var survey = IdleSurvey()
    let migrations = [
      migration("a", "paused", waitingFor: "paused by x"), migration("b", "scheduled", after: ["a"]),
      migration("c", "scheduled", after: ["b"]),
    ]
    let isOver = survey.look(at: migrations)
    #expect(isOver)
    #expect(survey.outcomes["b"] == MigrationOutcome(.blocked, reason: "a, which must be finished first, is paused"))
    #expect(survey.outcomes["c"]?.kind == .blocked)
    #expect(survey.outcomes["a"]?.kind == .paused)
  }

  @Test("ends where the database is a copy that nobody adopted")
  func copied() {
    var survey = IdleSurvey()
    let reason = "the adoption of this database, which is a copy"
    var migration = migration("a", "scheduled", waitingFor: reason)
    migration.isCopy = true
    let isOver = survey.look(at: [migration])
    #expect(isOver)
    #expect(survey.outcomes["a"] == MigrationOutcome(.blocked, reason: "a waits for \(reason)"))
  }

  @Test("waits for a dependency that may still finish")
  func waits() {
    var survey = IdleSurvey()
    let isOver = survey.look(at: [migration("a", "running", isOwn: false), migration("b", "scheduled", after: ["a"])])
    #expect(!isOver)
  }

  @Test("knows that a migration it saw was forgotten or cancelled")
  func gone() {
    var survey = IdleSurvey()
    _ = survey.look(at: [migration("a", "running"), migration("b", "running")])
    let isOver = survey.look(at: [migration("b", "cancelled")])
    #expect(isOver)
    #expect(survey.outcomes["a"]?.kind == .cancelled && survey.outcomes["b"]?.kind == .cancelled)
  }

  @Test("counts what was scheduled for it, however soon that was finished")
  func quick() {
    var survey = IdleSurvey(known: ["a"])
    let isOver = survey.look(at: [migration("a", "finished"), migration("b", "finished")])
    #expect(isOver)
    #expect(survey.outcomes == ["a": MigrationOutcome(.finished)])
  }

  @Test("is not fooled by migrations that wait for each other")
  func circle() {
    var survey = IdleSurvey()
    let isOver = survey.look(at: [migration("a", "scheduled", after: ["b"]), migration("b", "scheduled", after: ["a"])])
    #expect(isOver)
    #expect(survey.outcomes["a"]?.kind == .blocked)
  }
}
