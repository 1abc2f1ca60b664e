import GridModel
import Testing

@testable import Twin

/// How long a tick has stood still, and for whom it waits.
struct ProgressTests {
  @Test("Between ticks nothing stands still")
  func idle() {
    var progress = Progress()
    #expect(progress.stall(at: .seconds(60)) == .zero)
    progress.begin(3, at: .seconds(1))
    progress.end()
    #expect(progress.stall(at: .seconds(60)) == .zero)
    #expect(progress.open == [])
  }

  @Test("A tick stands still from when it was wanted, however many rounds and attempts it has had")
  func stall() {
    var progress = Progress()
    progress.begin(3, at: .seconds(1))
    #expect(progress.tick == 3)
    #expect(progress.since == .seconds(1))
    progress.wait(for: "its first round", from: ["A"], at: .seconds(2))
    progress.came(from: "A")
    progress.lastFailure = "it broke"
    progress.wait(for: "its first round", from: ["A"], at: .seconds(3))
    #expect(progress.stall(at: .seconds(4)) == .seconds(3))
  }

  @Test("Who has answered is not waited for, and an answer that nobody waits for changes nothing")
  func answers() {
    var progress = Progress()
    progress.begin(0, at: .zero)
    progress.wait(for: "its conclusion", from: ["A", "B", "C"], at: .seconds(1))
    progress.came(from: "B")
    progress.came(from: "D")
    #expect(progress.open == ["A", "C"])
    #expect(progress.what == "its conclusion")
    #expect(progress.asked == .seconds(1))
  }

  @Test("A new question is about everybody, whoever had answered the one before")
  func newQuestion() {
    var progress = Progress()
    progress.begin(0, at: .zero)
    progress.wait(for: "its first round", from: ["A", "B"], at: .seconds(1))
    progress.came(from: "A")
    progress.wait(for: "round 2", from: ["A", "B"], at: .seconds(2))
    #expect(progress.open == ["A", "B"])
    #expect(progress.what == "round 2")
    #expect(progress.asked == .seconds(2))
  }

  @Test("The next tick begins with nothing held against it")
  func nextTick() {
    var progress = Progress()
    progress.begin(0, at: .zero)
    progress.wait(for: "its first round", from: ["A"], at: .seconds(1))
    progress.lastFailure = "it broke"
    progress.end()
    progress.begin(1, at: .seconds(9))
    #expect(progress.lastFailure == nil)
    #expect(progress.open == [])
    #expect(progress.stall(at: .seconds(9)) == .zero)
  }
}
