import Foundation
import Testing

@testable import TwinIdentity

@Suite("A renewal plan")
struct RenewalPlanTests {
  let start = Issued.noon

  private func plan(life: Double) -> RenewalPlan {
    RenewalPlan(notBefore: start, notAfter: start.addingTimeInterval(life))
  }

  @Test("asks at half the life, not before, and not twice", arguments: [3.0, 66, 86_700])
  func half(_ life: Double) {
    var plan = plan(life: life)
    #expect(plan.next == start.addingTimeInterval(life / 2))
    #expect(plan.tick(at: start.addingTimeInterval(life / 2 - 0.01)) == [])
    #expect(plan.tick(at: start.addingTimeInterval(life / 2)) == [.renew])
    #expect(plan.tick(at: start.addingTimeInterval(life / 2)) == [])
  }

  @Test("asks again with pauses that grow to a limit")
  func backOff() {
    var plan = plan(life: 86_400)
    var now = plan.next
    var pauses: [Double] = []
    for _ in 0..<12 {
      _ = plan.tick(at: now)
      plan.failed(at: now)
      let next = max(plan.next, now)
      pauses.append(next.timeIntervalSince(now))
      now = next
    }
    #expect(pauses.prefix(8) == [5, 10, 20, 40, 80, 160, 320, 600])
    #expect(pauses.max() == 600)
  }

  @Test("asks a dozen times at least before a certificate of a minute ends")
  func shortLife() {
    var plan = plan(life: 66)
    var attempts = 0
    while plan.next < start.addingTimeInterval(66) {
      let now = plan.next
      if plan.tick(at: now).contains(.renew) {
        attempts += 1
        plan.failed(at: now)
      }
    }
    #expect(attempts >= 8)
  }

  @Test("alarms at two thirds, once")
  func alarm() {
    var plan = plan(life: 90)
    let end = start.addingTimeInterval(90)
    _ = plan.tick(at: start.addingTimeInterval(45))
    plan.failed(at: start.addingTimeInterval(45))
    #expect(!plan.tick(at: start.addingTimeInterval(59.9)).contains(.alarm(ends: end)))
    #expect(plan.tick(at: start.addingTimeInterval(60)).contains(.alarm(ends: end)))
    #expect(!plan.tick(at: start.addingTimeInterval(75)).contains(.alarm(ends: end)))
  }

  @Test("starts anew with the new certificate")
  func renewed() throws {
    let ring = try Issued()
    var plan = plan(life: 90)
    _ = plan.tick(at: start.addingTimeInterval(89))
    let chain = try ring.chain("a")
    plan.renewed(chain, at: start)
    #expect(plan == RenewalPlan(chain))
    #expect(plan.next == chain.notBefore.addingTimeInterval((Issued.day + 300) / 2))
  }

  @Test("takes its time when a new certificate begins in its second half, and alarms once")
  func endOfTheIssuer() throws {
    let ring = try Issued()
    let chain = try ring.chain("a")
    let late = chain.notAfter.addingTimeInterval(-100)
    var plan = RenewalPlan(chain)
    #expect(plan.tick(at: late) == [.alarm(ends: chain.notAfter), .renew])
    var now = late
    var count = 0
    // The issuer ends with it, so each new one ends then, too.
    while now < late.addingTimeInterval(50) {
      plan.renewed(chain, at: now)
      count += 1
      #expect(plan.next >= now.addingTimeInterval(1))
      now = plan.next
      #expect(plan.tick(at: now) == [.renew])
    }
    #expect(count <= 51)
  }

  @Test("goes on after the end, when the coordinator was away for long")
  func afterTheEnd() {
    var plan = plan(life: 60)
    #expect(plan.tick(at: start.addingTimeInterval(600)).contains(.renew))
    plan.failed(at: start.addingTimeInterval(600))
    #expect(plan.next <= start.addingTimeInterval(605))
  }
}
