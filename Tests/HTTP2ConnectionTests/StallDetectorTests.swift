import Testing

@testable import HTTP2Connection

@Suite("Stall detector")
struct StallDetectorTests {
  /// What the detector says about one check after another.
  private func verdicts(_ checks: [(isOwed: Bool, movedBytes: Int)]) -> [Bool] {
    var detector = StallDetector(limit: .seconds(10))
    return checks.map { detector.isStalled(isOwed: $0.isOwed, movedBytes: $0.movedBytes) }
  }

  @Test("A peer that owes and moves nothing is stalled at the third check")
  func silence() {
    #expect(StallDetector(limit: .seconds(10)).interval == .seconds(5))
    #expect(verdicts([(true, 0), (true, 0), (true, 0)]) == [false, false, true])
    #expect(verdicts([(true, 7), (true, 7), (true, 7)]) == [false, false, true])
  }

  @Test("A slow peer is not stalled")
  func progress() {
    #expect(!verdicts((0..<10).map { (true, $0) }).contains(true))
  }

  @Test("An idle peer is not stalled, nor one that has just begun to owe")
  func idleness() {
    #expect(!verdicts((0..<10).map { _ in (false, 9) } + [(true, 9), (true, 9)]).contains(true))
  }
}
