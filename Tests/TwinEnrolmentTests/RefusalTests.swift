import Foundation
import HTTP2Connection
import Testing
import X509

@testable import TwinEnrolment
@testable import TwinIdentity

/// Who is refused, over TLS connections on the loopback interface.
@Suite("A server of a twin")
struct RefusalTests {
  let ring: TestTwin
  let refusals = Refusals()

  init() throws { ring = try TestTwin() }

  /// Lets a peer knock and tells what both sides said.
  private func knock(
    _ tls: HTTP2Security, admitting roles: [TwinRole] = [], denying list: SignedDenyList? = nil
  ) async throws -> (server: String?, client: String?) {
    let security = try ring.process("south", admitting: roles, refusals: refusals)
    if let list { try security.take(list) }
    let server = try await ring.serve(security)
    let client = await TestTwin.failure(tls, to: server)
    let said = await refusals.first()
    await server.drainAndClose(within: .seconds(1))
    return (said, client)
  }

  private static let refused = "it refused our certificate, and its log says why"

  @Test("knows its peers, and they know it")
  func welcome() async throws {
    let server = try await ring.serve(try ring.process("south", refusals: refusals))
    let north = try ring.process("north")
    let connection = try await TestTwin.connect(
      north.tls, to: server, expecting: "spiffe://ring/node/south")
    #expect(connection.peer?.identity == (try ring.identity("south")))
    #expect(try await connection.post("/").text == "spiffe://ring/node/north")
    await connection.close()
    await server.drainAndClose()
    #expect(refusals.all == [])
  }

  @Test("refuses who shows no certificate")
  func noCertificate() async throws {
    let stranger = try HTTP2Security(
      nil, authority: TokenAuthority(token: try ring.token(), clock: { Date() }))
    let south = try ring.process("south", .coordinator, refusals: refusals)
    let server = try await ring.serve(south)
    let client = await TestTwin.failure(stranger, to: server)
    #expect(await refusals.first() == "it shows no certificate")
    #expect(client?.hasSuffix("it wants a certificate and we have none; join with a token") == true)
    await server.drainAndClose(within: .seconds(1))
  }

  @Test("refuses an expired certificate")
  func expired() async throws {
    let north = try ring.process("north", after: .seconds(-2 * 86_400))
    let said = try await knock(north.tls)
    #expect(said.server?.hasPrefix("its certificate expired at 20") == true)
    #expect(said.client?.contains(Self.refused) == true)
  }

  @Test("refuses a certificate of the future")
  func futureDated() async throws {
    let north = try ring.process("north", after: .seconds(86_400))
    let said = try await knock(north.tls)
    #expect(said.server?.hasPrefix("its certificate begins only at 20") == true)
    #expect(said.client?.contains(Self.refused) == true)
  }

  @Test("refuses a peer of another twin")
  func wrongTwin() async throws {
    let island = try TestTwin("island")
    // A peer that trusts this server, so that it is the server that refuses.
    let folder = island.folder("north")
    let chain = try island.issuer.issue(
      try island.identity("north"), to: folder.key(), at: Date())
    let said = try await knock(try impostor(chain, folder.key()))
    #expect(said.server == "its certificate is of the twin island, and this is ring")
    #expect(said.client?.contains(Self.refused) == true)
  }

  @Test("refuses a role that it does not expect")
  func wrongRole() async throws {
    let meter = try ring.process("m-17", .meter)
    let said = try await knock(meter.tls, admitting: [.coordinator, .node])
    #expect(
      said.server
        == "it is spiffe://ring/meter/m-17, where a peer must be coordinator or node")
    #expect(said.client?.contains(Self.refused) == true)
  }

  @Test("refuses a certificate that its owner signed")
  func selfSigned() async throws {
    let key = PrivateKey()
    let name = try DistinguishedName { CommonName("north") }
    let certificate = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey,
      notValidBefore: Date().addingTimeInterval(-60), notValidAfter: Date().addingTimeInterval(60),
      issuer: name, subject: name,
      extensions: try Certificate.Extensions {
        SubjectAlternativeNames([.uniformResourceIdentifier("spiffe://ring/node/north")])
      }, issuerPrivateKey: key.certificateKey)
    let said = try await knock(try impostor(CertificateChain([certificate]), key))
    #expect(said.server == "its certificate is signed by itself")
    #expect(said.client?.contains(Self.refused) == true)
  }

  @Test("refuses a certificate under another root of the same name")
  func unknownIssuer() async throws {
    let namesake = try TestTwin()
    let key = PrivateKey()
    let chain = try namesake.issuer.issue(try namesake.identity("north"), to: key, at: Date())
    let said = try await knock(try impostor(chain, key))
    #expect(said.server == "its certificate does not lead to the root of this twin")
    #expect(said.client?.contains(Self.refused) == true)
  }

  @Test("refuses who is revoked")
  func revoked() async throws {
    let north = try ring.process("north")
    var list = DenyList()
    list.deny(north.identity)
    let said = try await knock(north.tls, denying: try SignedDenyList(list, by: ring.issuer))
    #expect(said.server == "spiffe://ring/node/north is revoked")
    #expect(said.client?.contains(Self.refused) == true)
  }

  @Test("A stolen certificate without its key is refused")
  func stolenCertificate() async throws {
    let chain = try ring.issuer.issue(try ring.identity("north"), to: PrivateKey(), at: Date())
    #expect(throws: (any Error).self) { try impostor(chain, PrivateKey()) }
  }

  /// A client that shows this certificate and trusts whoever it meets.
  private func impostor(_ chain: CertificateChain, _ key: PrivateKey) throws -> HTTP2Security {
    try HTTP2Security(
      HTTP2Credentials(chain: chain.der, key: key.der), authority: Credulous())
  }
}

/// Trusts everybody.
struct Credulous: HTTP2PeerAuthority {
  func admit(_ chain: [[UInt8]]) async -> HTTP2PeerAdmission {
    .welcome(HTTP2VerifiedPeer(uri: "?"))
  }
  var strangers: HTTP2PeerAdmission { .welcome(HTTP2VerifiedPeer(uri: "?")) }
  func reasonToLeave(_ chain: [[UInt8]]) -> String? { nil }
}

/// A client looks at the server as closely as the server at it.
@Suite("A client of a twin")
struct ClientRefusalTests {
  let ring: TestTwin

  init() throws { ring = try TestTwin() }

  private func failure(
    at security: TwinSecurity, admitting roles: [TwinRole] = [], expecting expected: String? = nil
  ) async throws -> String? {
    let server = try await ring.serve(security)
    let north = try ring.process("north", admitting: roles)
    let failure = await TestTwin.failure(north.tls, to: server, expecting: expected)
    await server.drainAndClose(within: .seconds(1))
    return failure.map { String($0.drop { $0 != ":" }.dropFirst().drop { $0 != ":" }.dropFirst(2)) }
  }

  @Test("refuses an expired server, one of the future, of another twin and of a wrong role")
  func refuses() async throws {
    let expired = try await failure(at: ring.process("a", after: .seconds(-2 * 86_400)))
    #expect(expired?.hasPrefix("its certificate expired at") == true)
    let future = try await failure(at: ring.process("a", after: .seconds(86_400)))
    #expect(future?.hasPrefix("its certificate begins only at") == true)
    let foreign = try await failure(at: try TestTwin("island").process("a"))
    #expect(foreign == "its certificate is of the twin island, and this is ring")
    let meter = try await failure(at: ring.process("a", .meter), admitting: [.coordinator])
    #expect(meter == "it is spiffe://ring/meter/a, where a peer must be coordinator")
  }

  @Test("refuses a server with another name than it looks for")
  func otherName() async throws {
    let failure = try await failure(
      at: ring.process("south"), expecting: "spiffe://ring/node/east")
    #expect(failure == "it is spiffe://ring/node/south, and spiffe://ring/node/east was expected")
  }
}
