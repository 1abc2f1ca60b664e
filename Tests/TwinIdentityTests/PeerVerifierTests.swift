import Foundation
import Testing
import X509

@testable import TwinIdentity

@Suite("A verifier")
struct PeerVerifierTests {
  @Test("knows a peer of its twin by its URI", arguments: TwinRole.allCases)
  func welcome(_ role: TwinRole) async throws {
    let ring = try Issued()
    let found = await ring.verifier.verify(try ring.chain("a", role).der, at: ring.now, as: [role])
    #expect(found == .success(try ring.identity("a", role)))
  }

  @Test(
    "knows twins whose names no host could have", arguments: ["Nord/Süd", "a b", "..", "1.2.3.4"])
  func unusualTwin(_ twin: String) async throws {
    let unusual = try Issued(twin: twin)
    let found = await unusual.verifier.verify(try unusual.chain("ä/b").der, at: unusual.now)
    #expect(found == .success(try unusual.identity("ä/b")))
  }

  @Test("refuses who shows no certificate")
  func noCertificate() async throws {
    let ring = try Issued()
    #expect(await ring.verifier.refusal(of: [], at: ring.now) == .noCertificate)
  }

  @Test("refuses what is no certificate")
  func unreadable() async throws {
    let ring = try Issued()
    guard case .unreadable = await ring.verifier.refusal(of: [[1, 2, 3]], at: ring.now) else {
      Issue.record("garbage was taken")
      return
    }
  }

  @Test("refuses a certificate a second after its end, and not a second before")
  func expired() async throws {
    let ring = try Issued()
    let chain = try ring.chain("a")
    let end = chain.notAfter
    #expect(end.timeIntervalSince(ring.now) == Issued.day)
    #expect(await ring.verifier.refusal(of: chain.der, at: end.addingTimeInterval(-1)) == nil)
    #expect(
      await ring.verifier.refusal(of: chain.der, at: end.addingTimeInterval(1)) == .expired(end))
  }

  @Test("refuses a certificate that has not begun, but bears clocks that lag by minutes")
  func futureDated() async throws {
    let ring = try Issued()
    let chain = try ring.chain("a")
    let early = ring.now.addingTimeInterval(-299)
    #expect(await ring.verifier.refusal(of: chain.der, at: early) == nil)
    let tooEarly = ring.now.addingTimeInterval(-600)
    #expect(
      await ring.verifier.refusal(of: chain.der, at: tooEarly) == .futureDated(chain.notBefore))
  }

  @Test("refuses a peer of another twin and says of which")
  func wrongTwin() async throws {
    let (ring, island) = (try Issued(), try Issued(twin: "island"))
    let refusal = await ring.verifier.refusal(of: try island.chain("a").der, at: ring.now)
    #expect(refusal == .wrongTwin(found: "island", own: "ring"))
  }

  @Test("refuses a twin of the same name with another root")
  func namesake() async throws {
    let (ring, other) = (try Issued(), try Issued())
    let refusal = await ring.verifier.refusal(of: try other.chain("a").der, at: ring.now)
    #expect(refusal == .unknownIssuer)
  }

  @Test("refuses a role that is not expected")
  func wrongRole() async throws {
    let ring = try Issued()
    let refusal = await ring.verifier.refusal(
      of: try ring.chain("a", .meter).der, at: ring.now, as: [.node, .coordinator])
    #expect(
      refusal == .wrongRole(try ring.identity("a", .meter), expected: [.node, .coordinator]))
  }

  @Test("refuses a certificate that its owner signed")
  func selfSigned() async throws {
    let ring = try Issued()
    let key = PrivateKey()
    let name = try DistinguishedName { CommonName("a") }
    let uri = try ring.identity("a").uri
    let certificate = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey,
      notValidBefore: ring.now, notValidAfter: ring.now.addingTimeInterval(Issued.day),
      issuer: name, subject: name,
      extensions: try Certificate.Extensions {
        SubjectAlternativeNames([.uniformResourceIdentifier(uri)])
      }, issuerPrivateKey: key.certificateKey)
    #expect(await ring.verifier.refusal(of: [certificate.der], at: ring.now) == .selfSigned)
  }

  @Test("refuses a peer that a peer signed")
  func signedByPeer() async throws {
    let ring = try Issued()
    let key = PrivateKey()
    let thief = try ring.issuer.issue(try ring.identity("thief"), to: key, at: ring.now)
    let uri = try ring.identity("north").uri
    let forged = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: PrivateKey().publicKey,
      notValidBefore: ring.now, notValidAfter: ring.now.addingTimeInterval(60),
      issuer: thief.leaf.subject, subject: try DistinguishedName { CommonName("north") },
      extensions: try Certificate.Extensions {
        try ExtendedKeyUsage([.serverAuth, .clientAuth])
        SubjectAlternativeNames([.uniformResourceIdentifier(uri)])
      }, issuerPrivateKey: key.certificateKey)
    guard
      case .unfit = await ring.verifier.refusal(of: [forged.der] + thief.der, at: ring.now)
    else {
      Issue.record("a peer could sign a peer")
      return
    }
  }

  @Test("refuses an issuer below the coordinator's")
  func secondIntermediate() async throws {
    let ring = try Issued()
    let second = try ring.issuer.makeIntermediate(at: ring.now)
    let chain = try second.issue(try ring.identity("a"), to: PrivateKey(), at: ring.now)
    guard case .unfit = await ring.verifier.refusal(of: chain.der, at: ring.now) else {
      Issue.record("an intermediate could make another")
      return
    }
  }

  @Test("refuses issuers as peers")
  func issuersAreNoPeers() async throws {
    let ring = try Issued()
    #expect(await ring.verifier.refusal(of: ring.root.chain.der, at: ring.now) == .selfSigned)
    guard case .unfit = await ring.verifier.refusal(of: ring.issuer.chain.der, at: ring.now) else {
      Issue.record("an issuer was taken for a peer")
      return
    }
  }

  @Test("refuses who is on the deny list, by name and by number")
  func revoked() async throws {
    let ring = try Issued()
    let (north, south) = (try ring.chain("north"), try ring.chain("south"))
    var list = DenyList()
    list.deny(try ring.identity("north"))
    list.deny(serial: south.serial)
    let verifier = ring.verifier(denying: list)
    #expect(
      await verifier.refusal(of: north.der, at: ring.now)
        == .revoked("spiffe://ring/node/north"))
    #expect(
      await verifier.refusal(of: south.der, at: ring.now)
        == .revoked("the certificate \(south.serial)"))
    #expect(verifier.reasonToLeave(north.der) == .revoked("spiffe://ring/node/north"))
    #expect(await verifier.refusal(of: try ring.chain("south").der, at: ring.now) == nil)
  }

  @Test("lets a connected peer stay when its certificate ends")
  func expiryEndsNoConnection() async throws {
    let ring = try Issued()
    #expect(ring.verifier.reasonToLeave(try ring.chain("a").der) == nil)
  }

  @Test("knows who may renew after the end, for a week")
  func lapsed() async throws {
    let ring = try Issued()
    let chain = try ring.chain("a")
    let week = 7 * Issued.day
    let identity = try ring.identity("a")
    #expect(await ring.verifier.lapsed(chain.der, at: chain.notAfter) == nil)
    #expect(
      await ring.verifier.lapsed(chain.der, at: chain.notAfter.addingTimeInterval(1)) == identity)
    #expect(
      await ring.verifier.lapsed(chain.der, at: chain.notAfter.addingTimeInterval(week + 1)) == nil)
    var list = DenyList()
    list.deny(identity)
    #expect(
      await ring.verifier(denying: list).lapsed(
        chain.der, at: chain.notAfter.addingTimeInterval(1)) == nil)
  }
}
