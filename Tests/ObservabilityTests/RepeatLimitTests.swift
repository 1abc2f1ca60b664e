import Testing

@testable import Observability

/// Equal messages in a row.
struct RepeatLimitTests {
  @Test("The first is told, the others are counted and told when the window is over, once")
  func counts() {
    var limit = RepeatLimit()
    #expect(limit.note("stale", at: .seconds(1)) == .tell(lookAgain: .seconds(11)))
    for second in 2..<39 { #expect(limit.note("stale", at: .seconds(second) / 4) == .hold) }
    #expect(limit.overdue(at: .milliseconds(10_999)) == [])
    let held = limit.overdue(at: .seconds(11))
    #expect(held == [RepeatLimit.Held(kind: "stale", count: 37)])
    #expect(held[0].text(in: limit.window) == "and 37 more in 10 s")
    #expect(limit.overdue(at: .seconds(30)) == [])
  }

  @Test("After the window the next one is told at once")
  func begins() {
    var limit = RepeatLimit()
    _ = limit.note("stale", at: .zero)
    #expect(limit.overdue(at: .seconds(10)) == [])
    #expect(limit.note("stale", at: .seconds(12)) == .tell(lookAgain: .seconds(22)))
  }

  @Test("One kind does not silence another")
  func kinds() {
    var limit = RepeatLimit()
    _ = limit.note("stale", at: .zero)
    #expect(limit.note("unknown", at: .zero) == .tell(lookAgain: .seconds(10)))
  }

  @Test("Kinds that somebody makes up are counted together")
  func bounded() {
    var limit = RepeatLimit()
    var told = 0
    for index in 0..<1_000 where limit.note("kind \(index)", at: .zero) != .hold { told += 1 }
    #expect(told == RepeatLimit.maximumKinds)
    let held = limit.overdue(at: .seconds(10))
    #expect(held.map(\.kind) == ["others"])
    #expect(held.map(\.count) == [1_000 - RepeatLimit.maximumKinds])
  }
}
