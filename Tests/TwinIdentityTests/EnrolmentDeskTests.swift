import Foundation
import Testing

@testable import TwinIdentity

@Suite("The enrolment desk")
struct EnrolmentDeskTests {
  let ring: Issued
  let north: PeerIdentity
  let key = PrivateKey()
  var desk: EnrolmentDesk

  init() throws {
    ring = try Issued()
    north = try ring.identity("north")
    desk = EnrolmentDesk(issuer: ring.issuer)
  }

  private func token(for name: String = "north") throws -> String {
    try JoinToken(for: try ring.identity(name), by: ring.issuer, at: ring.now).line
  }

  private func request(
    _ token: String, name: String = "north", key: PrivateKey? = nil
  ) throws -> EnrolmentRequest {
    EnrolmentRequest(
      token: token, request: try SigningRequest(try ring.identity(name), key: key ?? self.key).der)
  }

  @Test("gives the bearer of a token a certificate that peers take")
  mutating func enrols() async throws {
    let grant = try desk.enrol(try request(try token()), at: ring.now)
    #expect(await ring.verifier.verify(grant.chain, at: ring.now) == .success(north))
    let chain = try CertificateChain(der: grant.chain)
    #expect(chain.leaf.publicKey == key.publicKey)
    #expect(desk.record.issued.map(\.serial) == [chain.serial])
  }

  @Test("takes a token once, and again only from the same key")
  mutating func tokenIsForOneKey() throws {
    let token = try token()
    _ = try desk.enrol(try request(token), at: ring.now)
    #expect(throws: EnrolmentRefusal.tokenUsed) {
      try desk.enrol(try request(token, key: PrivateKey()), at: ring.now)
    }
    _ = try desk.enrol(try request(token), at: ring.now)
  }

  @Test("remembers used tokens over a restart")
  mutating func restart() throws {
    let token = try token()
    _ = try desk.enrol(try request(token), at: ring.now)
    var again = EnrolmentDesk(issuer: ring.issuer, record: desk.record)
    #expect(throws: EnrolmentRefusal.tokenUsed) {
      try again.enrol(try request(token, key: PrivateKey()), at: ring.now)
    }
  }

  @Test("forgets used tokens when they are of no use anyway")
  mutating func forgets() throws {
    _ = try desk.enrol(try request(try token()), at: ring.now)
    #expect(desk.record.usedTokens.count == 1)
    let later = ring.now.addingTimeInterval(Issued.day + 1)
    _ = try desk.renew(
      RenewalRequest(request: try SigningRequest(north, key: key).der), of: north, at: later)
    #expect(desk.record.usedTokens.isEmpty)
    #expect(desk.record.issued.count == 1)
  }

  @Test("takes a token for ten minutes")
  mutating func tokenEnds() throws {
    let token = try token()
    let end = ring.now.addingTimeInterval(600)
    #expect(throws: EnrolmentRefusal.tokenExpired(end)) {
      try desk.enrol(try request(token), at: end.addingTimeInterval(1))
    }
    _ = try desk.enrol(try request(token), at: end)
  }

  @Test("gives no other name than the token's")
  mutating func otherName() throws {
    #expect(
      throws: EnrolmentRefusal.otherName(asked: try ring.identity("south"), granted: north)
    ) { try desk.enrol(try request(try token(), name: "south"), at: ring.now) }
  }

  @Test("refuses tokens of another issuer, and texts that are none", arguments: 0..<4)
  mutating func foreignToken(_ kind: Int) throws {
    let other = try Issued()
    let foreign = try JoinToken(for: north, by: other.issuer, at: ring.now).line
    let own = try token().split(separator: ".")
    let theirs = foreign.split(separator: ".")
    let line = [foreign, "", "\(own[0]).\(theirs[1]).\(own[2])", "\(own[0]).\(own[1])."][kind]
    #expect(throws: EnrolmentRefusal.notOurToken) {
      try desk.enrol(try request(line), at: ring.now)
    }
    #expect(desk.record == EnrolmentDesk.Record())
  }

  @Test("refuses a request that was signed by another key, or is none")
  mutating func badRequest() throws {
    var bytes = try SigningRequest(north, key: key).der
    bytes[bytes.count - 1] ^= 1
    let requests = [bytes, [], [0x30, 0]]
    for request in requests {
      #expect(throws: EnrolmentRefusal.unreadableRequest) {
        try desk.enrol(EnrolmentRequest(token: try token(), request: request), at: ring.now)
      }
    }
  }

  @Test("renews for the peer that asks and no other")
  mutating func renews() async throws {
    let request = RenewalRequest(request: try SigningRequest(north, key: key).der)
    let later = ring.now.addingTimeInterval(Issued.day / 2)
    let grant = try desk.renew(request, of: north, at: later)
    let chain = try CertificateChain(der: grant.chain)
    #expect(chain.notAfter == later.addingTimeInterval(Issued.day))
    let south = try ring.identity("south")
    #expect(throws: EnrolmentRefusal.otherName(asked: north, granted: south)) {
      try desk.renew(request, of: south, at: later)
    }
  }

  @Test("remembers the newest certificates of one process, and those of others beside them")
  mutating func oneOfMany() throws {
    let south = try ring.identity("south")
    _ = try desk.renew(
      RenewalRequest(request: SigningRequest(south, key: key).der), of: south, at: ring.now)
    for _ in 0..<20 {
      _ = try desk.renew(
        RenewalRequest(request: SigningRequest(north, key: key).der), of: north, at: ring.now)
    }
    #expect(desk.record.issued.count { $0.uri == north.uri } == 8)
    #expect(desk.record.issued.count { $0.uri == south.uri } == 1)
  }

  @Test("gives a revoked peer nothing, and everybody the list")
  mutating func revoked() throws {
    var list = DenyList()
    list.deny(north)
    let signed = try SignedDenyList(list, by: ring.issuer)
    try desk.use(signed, at: ring.now)
    #expect(throws: EnrolmentRefusal.revoked(north)) {
      try desk.enrol(try request(try token()), at: ring.now)
    }
    #expect(throws: EnrolmentRefusal.revoked(north)) {
      try desk.renew(
        RenewalRequest(request: try SigningRequest(north, key: key).der), of: north, at: ring.now)
    }
    let grant = try desk.enrol(
      try request(try token(for: "south"), name: "south"), at: ring.now)
    #expect(grant.denyList == signed)
  }

  @Test("never signs beyond its own end")
  mutating func issuerEnds() throws {
    let late = ring.issuer.chain.notAfter.addingTimeInterval(-60)
    let grant = try desk.renew(
      RenewalRequest(request: try SigningRequest(north, key: key).der), of: north, at: late)
    #expect(try CertificateChain(der: grant.chain).notAfter == ring.issuer.chain.notAfter)
  }

  @Test("speaks CBOR that can be read back")
  mutating func messages() throws {
    let asked = try request(try token())
    #expect(try EnrolmentRequest(decoding: asked.encoded()) == asked)
    try desk.use(try SignedDenyList(DenyList(), by: ring.root), at: ring.now)
    let grant = try desk.enrol(asked, at: ring.now)
    #expect(try CertificateGrant(decoding: grant.encoded()) == grant)
    let renewal = RenewalRequest(request: asked.request)
    #expect(try RenewalRequest(decoding: renewal.encoded()) == renewal)
  }

  @Test("A token does not print what makes it worth something")
  func tokenIsSecret() throws {
    let token = try JoinToken(for: north, by: ring.issuer, at: ring.now)
    let secret = token.line.split(separator: ".")[2]
    var dumped = ""
    dump(token, to: &dumped)
    #expect(!"\(token)\(String(reflecting: token))\(dumped)".contains(secret))
    #expect(try JoinToken(line: " \(token.line)\n") == token)
    var dumpedKey = ""
    dump(key, to: &dumpedKey)
    #expect("\(key)" == "a private key")
    #expect(dumpedKey.split(separator: "\n").count == 1)
  }
}
