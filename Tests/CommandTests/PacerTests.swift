import Testing

@testable import BusbarCommand

struct PacerTests {
  /// Ticks of a quarter of an hour, one in every second, from the tenth second on.
  private var pacer: Pacer { Pacer(step_s: 900, factor: 900, first: 4, start: .seconds(10)) }

  @Test("Every tick has its time, counted from the first")
  func dueTimes() {
    #expect(pacer.due(4) == .seconds(10))
    #expect(pacer.due(9) == .seconds(15))
    #expect(
      Pacer(step_s: 900, factor: 90_000, first: 0, start: .zero).interval == .milliseconds(10))
  }

  @Test("A tick that is not due waits for its time, however late the one before was")
  func waits() {
    var pacer = pacer
    #expect(pacer.begin(4, at: .seconds(10)) == .now(late: .zero))
    #expect(pacer.begin(5, at: .milliseconds(10_400)) == .wait(until: .seconds(11)))
    #expect(pacer.begin(5, at: .milliseconds(11_900)) == .now(late: .milliseconds(900)))
    #expect(pacer.begin(6, at: .milliseconds(11_950)) == .wait(until: .seconds(12)))
  }

  @Test("Up to a second late, the ticks catch up")
  func catchesUp() {
    var pacer = pacer
    #expect(pacer.begin(5, at: .seconds(12)) == .now(late: .seconds(1)))
    #expect(pacer.due(6) == .seconds(12))
  }

  @Test("More than a second late, the rest of the day moves, and no burst follows")
  func moves() {
    var pacer = pacer
    #expect(pacer.begin(5, at: .seconds(31)) == .moved(by: .seconds(20)))
    #expect(pacer.begin(5, at: .seconds(31)) == .now(late: .zero))
    #expect(pacer.begin(6, at: .seconds(31)) == .wait(until: .seconds(32)))
    #expect(pacer.due(7) == .seconds(33))
  }
}
