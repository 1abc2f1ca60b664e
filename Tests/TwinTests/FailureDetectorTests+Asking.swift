import ActorCluster
import SimulatedCluster
import Testing

@testable import Twin

/// When a node is asked, and when the detector wants to be looked at.
extension FailureDetectorTests {
  @Test("A member is asked every interval, whether it answers or not")
  func asksEveryInterval() {
    for answers in [true, false] {
      var watch = Looks(member: "north")
      var asked: [Duration] = []
      _ = watch.look(until: .milliseconds(900)) { watch, action in
        asked.append(watch.now)
        if answers { _ = watch.detector.answered("north", at: watch.now) }
        return false
      }
      #expect(asked == [0, 250, 500, 750].map { .milliseconds($0) })
    }
  }

  @Test(
    "A question that failed is asked again after the retry, not before and not an interval later")
  func asksAgain() {
    var detector = FailureDetector()
    detector.join("north", at: .zero)
    _ = detector.tick(at: .zero)
    detector.failed("north", at: .milliseconds(1))
    #expect(detector.nextLook == .milliseconds(51))
    #expect(detector.tick(at: .milliseconds(50)) == [])
    #expect(detector.tick(at: .milliseconds(51)) == [.ask("north")])
  }

  @Test("A suspicion does not bring a question sooner than a retry after the last one")
  func suspicionsInARow() {
    var detector = FailureDetector()
    detector.join("north", at: .zero)
    #expect(detector.tick(at: .zero) == [.ask("north")])
    detector.suspect("north", at: .milliseconds(1))
    #expect(detector.nextLook == heartbeats.retry)
    #expect(detector.tick(at: heartbeats.retry) == [.ask("north")])
    detector.suspect("north", at: .milliseconds(51))
    #expect(detector.nextLook == heartbeats.retry * 2)
  }

  @Test("Questions that are due soon are asked with those that are due, and then together")
  func together() {
    var detector = FailureDetector()
    for (position, node) in (["a", "b", "c"] as [NodeName]).enumerated() {
      let now = Duration.milliseconds(40 * position)
      detector.join(node, at: now)
      #expect(detector.tick(at: now) == [.ask(node)])
      _ = detector.answered(node, at: now)
    }
    #expect(detector.tick(at: .milliseconds(249)) == [])
    #expect(detector.tick(at: .milliseconds(250)) == [.ask("a"), .ask("b")])
    #expect(detector.tick(at: .milliseconds(330)) == [.ask("c")])
    #expect(detector.nextLook == .milliseconds(500))
    #expect(detector.tick(at: .milliseconds(500)) == [.ask("a"), .ask("b")])
  }

  @Test("A question that failed is not asked with others before its time")
  func failedAlone() {
    var detector = FailureDetector()
    detector.join("north", at: .zero)
    _ = detector.tick(at: .zero)
    detector.failed("north", at: .zero)
    detector.join("south", at: .milliseconds(10))
    #expect(detector.tick(at: .milliseconds(10)) == [.ask("south")])
    #expect(detector.tick(at: .milliseconds(50)) == [.ask("north")])
  }

  // MARK: When to look

  @Test("Nobody is there: nothing is due")
  func nothingDue() {
    var detector = FailureDetector()
    #expect(detector.nextLook == nil)
    detector.join("north", at: .seconds(1))
    #expect(detector.nextLook == .seconds(1))
    detector.forget("north")
    #expect(detector.nextLook == nil)
  }

  @Test("The next look is due at the next question or at the end of a silence")
  func nextLook() {
    var detector = FailureDetector()
    detector.join("north", at: .zero)
    _ = detector.tick(at: .zero)
    _ = detector.answered("north", at: .milliseconds(10))
    for question_ms in [250, 500, 750, 1_000] {
      #expect(detector.nextLook == .milliseconds(question_ms))
      #expect(detector.tick(at: .milliseconds(question_ms)) == [.ask("north")])
    }
    #expect(detector.nextLook == .milliseconds(1_010))
    #expect(
      detector.tick(at: .milliseconds(1_010)) == [.announceLost("north", silence: .seconds(1))])
    #expect(detector.nextLook == nil, "Who is lost is asked nothing.")
  }

  @Test("The last failure of a row is acted on at once")
  func lastFailure() {
    var detector = FailureDetector()
    detector.join("north", at: .zero)
    _ = detector.answered("north", at: .zero)
    _ = detector.tick(at: .zero)
    for failure in 1...heartbeats.failures {
      detector.failed("north", at: .milliseconds(failure))
    }
    #expect(detector.nextLook == .milliseconds(heartbeats.failures))
    #expect(
      detector.tick(at: .milliseconds(heartbeats.failures)).contains {
        if case .announceLost("north", _) = $0 { true } else { false }
      })
  }

  @Test("An answer that comes late does not make the silence longer than it is")
  func lateAnswer() {
    var detector = FailureDetector()
    detector.join("north", at: .zero)
    _ = detector.answered("north", at: .seconds(5))
    _ = detector.answered("north", at: .seconds(3))
    #expect(detector.silence(of: "north", at: .seconds(6)) == .seconds(1))
  }
}
