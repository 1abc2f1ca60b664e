import HTTP2Session
import Testing

@testable import HTTP2Connection

@Suite("Stall detector")
struct StallDetectorTests {
  private static let limits: HTTP2Limits = {
    var limits = HTTP2Limits()
    limits.stall = .seconds(1)
    limits.stallWhenFull = .milliseconds(300)
    limits.bufferedBytes = 1000
    return limits
  }()

  /// After how many checks like these the peer is stalled; nil after none of a hundred.
  private func checks(
    bufferedBytes: Int = 750, _ check: (Int) -> (isOwed: Bool, movedBytes: Int)
  ) -> Int? {
    var detector = StallDetector(limits: Self.limits)
    return (1...100).first { number in
      let (isOwed, movedBytes) = check(number)
      return detector.isStalled(
        isOwed: isOwed, movedBytes: movedBytes, bufferedBytes: bufferedBytes)
    }
  }

  @Test("A peer that owes and moves nothing is stalled when the time is over")
  func silence() {
    #expect(StallDetector(limits: Self.limits).interval == .milliseconds(100))
    #expect(checks { _ in (true, 0) } == 11)
    #expect(checks { (true, min($0, 5)) } == 15)
  }

  @Test("A peer for which more than three quarters of the room are taken has less time")
  func fullness() {
    #expect(checks(bufferedBytes: 751) { _ in (true, 0) } == 4)
  }

  @Test("A slow peer is not stalled", arguments: [750, 751])
  func progress(bufferedBytes: Int) {
    #expect(checks(bufferedBytes: bufferedBytes) { (true, $0) } == nil)
  }

  @Test("An idle peer is not stalled, nor one that owes now and then")
  func idleness() {
    #expect(checks { _ in (false, 9) } == nil)
    #expect(checks { ($0 % 5 != 0, 9) } == nil)
  }

  @Test("A long limit is not checked less often than a full peer needs")
  func interval() {
    #expect(StallDetector(limits: HTTP2Limits()).interval == .milliseconds(200))
  }
}
