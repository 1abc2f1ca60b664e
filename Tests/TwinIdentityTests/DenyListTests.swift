import Foundation
import Testing

@testable import TwinIdentity

@Suite("A deny list")
struct DenyListTests {
  let ring: Issued
  var list = DenyList()

  init() throws {
    ring = try Issued()
    list.deny(try ring.identity("north"))
  }

  private func open(
    _ signed: SignedDenyList, after current: DenyList = DenyList()
  ) throws -> DenyList {
    try signed.open(twin: "ring", roots: [ring.root.chain], after: current, at: ring.now)
  }

  @Test("is taken from the root and from the coordinator's issuer")
  func signed() throws {
    for issuer in [ring.root, ring.issuer] {
      let signed = try SignedDenyList(list, by: issuer)
      #expect(try open(SignedDenyList(decoding: signed.encoded())) == list)
    }
  }

  @Test("that is older than the one in use is refused, the same is taken")
  mutating func older() throws {
    let old = try SignedDenyList(list, by: ring.issuer)
    #expect(try open(old, after: list) == list)
    #expect(try list.allow(ring.identity("north")))
    #expect(list.version == 2)
    #expect(throws: SignedDenyList.Refusal.self) { try open(old, after: list) }
  }

  @Test("changes its version only when it changes")
  mutating func version() throws {
    list.deny(try ring.identity("north"))
    #expect(list.version == 1)
    #expect(try !list.allow(ring.identity("south")))
    list.deny(serial: "AB")
    list.deny(serial: "ab")
    #expect(list.version == 2)
  }

  @Test("that is begun anew where the last one was lost follows it, whatever that had been through")
  mutating func begunAgain() throws {
    for _ in 0..<1_000 {
      list.allow(try ring.identity("north"))
      list.deny(try ring.identity("north"))
    }
    var lost = DenyList(begunAt: ring.now)
    for _ in 0..<50 {
      lost.deny(try ring.identity("south")); lost.allow(try ring.identity("south"))
    }
    var anew = DenyList(begunAt: ring.now.addingTimeInterval(101))
    anew.deny(try ring.identity("east"))
    let signed = try SignedDenyList(anew, by: ring.issuer)
    #expect(try open(signed, after: list) == anew)
    #expect(try open(signed, after: lost) == anew)
  }

  @Test("shuts out the certificate of a number, not all that stand on it, and lets it in again")
  mutating func serials() async throws {
    let chain = try ring.chain("south")
    list.deny(serial: ring.issuer.chain.serial)
    list.deny(serial: ring.root.chain.serial)
    #expect(await ring.verifier(denying: list).refusal(of: chain.der, at: ring.now) == nil)
    list.deny(serial: chain.serial.uppercased())
    #expect(await ring.verifier(denying: list).refusal(of: chain.der, at: ring.now) != nil)
    let answers = [list.allow(serial: chain.serial), list.allow(serial: chain.serial)]
    #expect(answers == [true, false])
    #expect(await ring.verifier(denying: list).refusal(of: chain.der, at: ring.now) == nil)
  }

  @Test("of another issuer, of a peer, of another twin or changed on its way is refused")
  func forged() throws {
    let other = try Issued()
    let island = try Issued(twin: "island")
    for issuer in [other.issuer, other.root, island.issuer] {
      let signed = try SignedDenyList(list, by: issuer)
      #expect(throws: SignedDenyList.Refusal.self) { try open(signed) }
    }
    let signed = try SignedDenyList(list, by: ring.issuer).encoded()
    var taken = 0
    for position in stride(from: 0, to: signed.count, by: 7) {
      var changed = signed
      changed[position] ^= 1
      if let opened = try? open(SignedDenyList(decoding: changed)), opened != list { taken += 1 }
    }
    #expect(taken == 0)
  }

  @Test("whose issuer's certificate has ended is refused")
  func expiredIssuer() throws {
    let signed = try SignedDenyList(list, by: ring.issuer)
    #expect(throws: SignedDenyList.Refusal.self) {
      try signed.open(
        twin: "ring", roots: [ring.root.chain],
        at: ring.issuer.chain.notAfter.addingTimeInterval(1))
    }
  }
}
