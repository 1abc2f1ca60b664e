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
    // A check is every 0.1 s: ten bytes then owe nothing.
    limits.leastRate = 100
    limits.leastRateWhenFull = 1000
    return limits
  }()

  private typealias Look = StallDetector.Look

  /// After how many checks like these the peer is stalled; nil after none of a hundred.
  private func checks(
    bufferedBytes: Int = 750, _ check: (Int) -> Look
  ) -> Int? {
    var detector = StallDetector(limits: Self.limits)
    return (1...100).first { number in
      var look = check(number)
      look.bufferedBytes = bufferedBytes
      return detector.isStalled(look)
    }
  }

  @Test("A peer that leaves no room, or says no more, is stalled when the time is over")
  func silence() {
    #expect(StallDetector(limits: Self.limits).interval == .milliseconds(100))
    #expect(checks { _ in Look(waitsForRoom: true) } == 11)
    #expect(checks { _ in Look(waitsForBytes: true) } == 11)
    #expect(checks { Look(waitsForRoom: true, sentBytes: min($0, 5) * 10) } == 15)
  }

  @Test("A peer for which more than three quarters of the room are taken has less time")
  func fullness() {
    #expect(checks(bufferedBytes: 751) { _ in Look(waitsForRoom: true) } == 4)
    // What would do for any other peer.
    #expect(checks(bufferedBytes: 751) { Look(waitsForRoom: true, sentBytes: $0 * 10) } == 5)
  }

  @Test("Where all connections hold too much, one that holds much counts as full")
  func crowded() {
    let much = 70_000
    var limits = Self.limits
    limits.bufferedBytes = 1_000_000
    func checks(_ bytes: Int, isCrowded: Bool) -> Int? {
      var detector = StallDetector(limits: limits)
      return (1...100).first { _ in
        detector.isStalled(Look(waitsForRoom: true, bufferedBytes: bytes, isCrowded: isCrowded))
      }
    }
    #expect(checks(much, isCrowded: true) == 4)
    #expect(checks(much, isCrowded: false) == 11)
    #expect(checks(1_000, isCrowded: true) == 11)
  }

  @Test("A slow peer is not stalled, one that moves a byte now and then is")
  func progress() {
    #expect(checks { Look(waitsForRoom: true, sentBytes: $0 * 10) } == nil)
    #expect(checks { Look(waitsForBytes: true, receivedBytes: $0 * 10) } == nil)
    #expect(checks(bufferedBytes: 751) { Look(waitsForRoom: true, sentBytes: $0 * 100) } == nil)
    // It owes 0.1 s more each time, and 0.01 s less for its byte.
    #expect(checks { Look(waitsForRoom: true, sentBytes: $0) } == 13)
    #expect(checks(bufferedBytes: 751) { Look(waitsForRoom: true, sentBytes: $0) } == 5)
  }

  @Test("What a peer says makes no room for what it does not read")
  func otherDirection() {
    #expect(checks { Look(waitsForRoom: true, receivedBytes: $0 * 1000) } == 11)
    #expect(checks { Look(waitsForBytes: true, sentBytes: $0 * 1000) } == 11)
  }

  @Test("An idle peer is not stalled, nor one that owes now and then")
  func idleness() {
    #expect(checks { _ in Look() } == nil)
    #expect(checks { Look(waitsForRoom: $0 % 5 != 0) } == nil)
  }

  @Test("A long limit is not checked less often than a full peer needs")
  func interval() {
    #expect(StallDetector(limits: HTTP2Limits()).interval == .milliseconds(200))
  }
}
