import Testing

@testable import Sluice

/// What wakes those who wait for work, without a server.
@Suite("A doorbell", .timeLimit(.minutes(2)))
struct DoorbellTests {
  @Test("that rang between the look and the wait is heard")
  func rangBefore() async {
    let bell = Doorbell()
    let heard = bell.rings
    bell.ring()
    #expect(await time { await bell.wait(after: heard, atMost: .seconds(30)) } < .seconds(20))
  }

  @Test("that rang before the look is not heard again")
  func rangLongBefore() async {
    let bell = Doorbell()
    bell.ring()
    #expect(await time { await bell.wait(after: bell.rings, atMost: .milliseconds(50)) } >= .milliseconds(50))
  }

  @Test("wakes all who wait, and lets a cancelled task go")
  func wakesAll() async {
    let bell = Doorbell()
    await withTaskGroup { group in
      group.addTask { await bell.wait(after: 1) }
      let time = await time {
        await withTaskGroup { waiting in
          for _ in 1...3 { waiting.addTask { await bell.wait(after: 0, atMost: .seconds(30)) } }
          bell.ring()
        }
      }
      #expect(time < .seconds(20))
      group.cancelAll()
    }
  }

  private func time(_ body: () async -> Void) async -> Duration {
    let begun = ContinuousClock.now
    await body()
    return begun.duration(to: .now)
  }
}
