import Foundation
import HTTP2Connection
import Testing

@testable import TwinEnrolment
@testable import TwinIdentity

@Suite("A coordinator")
struct EnrolmentTests {
  let ring: TestTwin
  let refusals = Refusals()

  init() throws { ring = try TestTwin() }

  private func serve(
    lifetime: Duration = .seconds(86_400), clock: @escaping @Sendable () -> Date = { Date() }
  ) async throws -> HTTP2Server {
    let folder = AuthorityFolder(ring.scratch.appending(path: "coordinator").path)
    try folder.keep(ring.issuer)
    let desk = EnrolmentDesk(
      issuer: ring.issuer, record: try folder.record(), lifetime: lifetime)
    return try await ring.serve(
      try ring.process("coordinator", .coordinator, issues: true, refusals: refusals),
      responder: EnrolmentResponder(
        Guarded(desk), folder: folder, next: WhoAmI(), clock: clock,
        onRefusal: { [refusals] in refusals.add($0) }))
  }

  private func enrol(
    _ folder: String, with token: JoinToken, at server: HTTP2Server
  ) async throws -> TwinSecurity {
    try await Enrolment.enrol(
      ring.folder(folder), with: token, host: "127.0.0.1", port: server.port, on: TestTwin.group)
    return try TwinSecurity(ring.folder(folder))
  }

  private func failure(
    _ folder: String, with token: JoinToken, at server: HTTP2Server
  ) async throws -> String? {
    do {
      _ = try await enrol(folder, with: token, at: server)
      return nil
    } catch let failure as Enrolment.Failure {
      return failure.description
    }
  }

  @Test("gives the bearer of a token a certificate, with which it is known")
  func enrols() async throws {
    let server = try await serve()
    let north = try await enrol("north", with: try ring.token(), at: server)
    #expect(north.identity == (try ring.identity("north")))
    let connection = try await TestTwin.connect(north.tls, to: server)
    #expect(try await connection.post("/").text == "spiffe://ring/node/north")
    await connection.close()
    await server.drainAndClose()
  }

  @Test("takes a token from one process only, also after its restart")
  func tokenReuse() async throws {
    let server = try await serve()
    let token = try ring.token()
    _ = try await enrol("north", with: token, at: server)
    let used =
      "the join token was used already; make a new one with 'busbar pki token --node NAME', and --role "
      + "for other than nodes, where the coordinator is"
    #expect(try await failure("thief", with: token, at: server) == used)
    await server.drainAndClose()
    let again = try await serve()
    #expect(try await failure("thief", with: token, at: again) == used)
    // The rightful one, whose answer may have been lost, gets its certificate.
    #expect(try await failure("north", with: token, at: again) == nil)
    await again.drainAndClose()
  }

  @Test("of another root cannot take the place of ours by a renewal")
  func falseRenewal() async throws {
    let north = try ring.process("north")
    let evil = try TestTwin()
    let leaf = try ring.issuer.issue(north.identity, to: north.key, at: Date())
    let grant = CertificateGrant(
      chain: [leaf.der[0], leaf.der[1], evil.root.chain.der[0]], denyList: nil)
    await #expect(throws: CertificateAuthority.Mismatch.self) { try await north.take(grant) }
    #expect(north.chain.der != leaf.der)
  }

  @Test("gives a certificate also with a deny list that is older than ours, and keeps ours")
  func olderList() async throws {
    let north = try ring.process("north")
    var list = DenyList()
    list.deny(try ring.identity("east"))
    let old = try SignedDenyList(list, by: ring.issuer)
    list.deny(try ring.identity("west"))
    let new = try SignedDenyList(list, by: ring.issuer)
    try north.take(new)
    let leaf = try ring.issuer.issue(north.identity, to: north.key, at: Date())
    try await north.take(CertificateGrant(chain: leaf.der, denyList: old))
    #expect(north.chain.der == leaf.der)
    #expect(north.denyList == new)
  }

  @Test("signs with a renewed issuer from when it gets it, and takes tokens of both")
  func renewedIssuer() async throws {
    let folder = AuthorityFolder(ring.scratch.appending(path: "coordinator").path)
    try folder.keep(ring.issuer)
    let desk = Guarded(EnrolmentDesk(issuer: ring.issuer))
    let responder = EnrolmentResponder(desk, folder: folder, next: WhoAmI())
    let server = try await ring.serve(
      try ring.process("coordinator", .coordinator, issues: true), responder: responder)
    let renewed = try ring.root.makeIntermediate(at: Date())
    let early = try JoinToken(for: ring.identity("south"), by: renewed, at: Date())
    #expect(
      try await failure("south", with: early, at: server)?.contains("not of this twin's issuer")
        == true)

    try desk.withLock { try $0.use(renewed) }
    let south = try await enrol("south", with: early, at: server)
    #expect(south.chain.der[1] == renewed.chain.der[0])
    let north = try await enrol("north", with: try ring.token("north"), at: server)
    #expect(north.chain.der[1] == renewed.chain.der[0])
    let other = try TestTwin()
    #expect(throws: CertificateAuthority.Mismatch.self) {
      try desk.withLock { try $0.use(other.issuer) }
    }
    await server.drainAndClose()
  }

  @Test("refuses a token that is too old")
  func oldToken() async throws {
    let server = try await serve(clock: { Date().addingTimeInterval(601) })
    let failure = try await failure("north", with: try ring.token(), at: server)
    #expect(failure?.hasPrefix("the join token expired at ") == true)
    #expect(refusals.all.count == 1 && refusals.all.first == failure)
    await server.drainAndClose()
  }

  @Test("refuses a token for another name")
  func otherName() async throws {
    let server = try await serve()
    let token = try ring.token("north")
    let stranger = try HTTP2Security(
      nil, authority: TokenAuthority(token: token, clock: { Date() }))
    let connection = try await TestTwin.connect(stranger, to: server)
    let request = EnrolmentRequest(
      token: token.line, request: try SigningRequest(ring.identity("south"), key: PrivateKey()).der)
    let response = try await connection.post(EnrolmentPath.enrol, request.encoded())
    #expect(response.status == 403)
    #expect(
      response.text == "a certificate for spiffe://ring/node/south was asked for, and the right is "
        + "for spiffe://ring/node/north")
    await connection.close()
    await server.drainAndClose()
  }

  @Test("of another root is refused by the bearer, who keeps the token to himself")
  func falseCoordinator() async throws {
    let impostor = try TestTwin()
    let folder = AuthorityFolder(impostor.scratch.appending(path: "coordinator").path)
    try folder.keep(impostor.issuer)
    let server = try await impostor.serve(
      try impostor.process("coordinator", .coordinator, issues: true),
      responder: EnrolmentResponder(
        Guarded(EnrolmentDesk(issuer: impostor.issuer)), folder: folder, next: WhoAmI()))
    let failure = try await failure("north", with: try ring.token(), at: server)
    #expect(failure?.hasSuffix("it is not under the root that the join token names") == true)
    #expect(try folder.record() == EnrolmentDesk.Record())
    await server.drainAndClose(within: .seconds(1))
  }

  @Test("lets a stranger do nothing but enrol, and shows him out within a second")
  func stranger() async throws {
    let server = try await serve()
    let stranger = try HTTP2Security(
      nil, authority: TokenAuthority(token: try ring.token(), clock: { Date() }))
    for path in ["/v1/actors/coordinator", "/v1/renew", "/"] {
      let connection = try await TestTwin.connect(stranger, to: server)
      let start = ContinuousClock.now
      let response = try await connection.post(path)
      #expect(response.status == 401)
      #expect(response.text == "You were refused: it shows no certificate.\n")
      await connection.closed()
      #expect(ContinuousClock.now - start < .seconds(1))
    }
    #expect(refusals.all == Array(repeating: "it shows no certificate", count: 3))
    let connection = try await TestTwin.connect(stranger, to: server)
    let large = try await connection.post("/v1/enrol", [UInt8](repeating: 0, count: 20_000))
    #expect(large.status == 413)
    #expect(try await connection.post("/v1/enrol", [1, 2, 3]).status == 400)
    await connection.close()
    await server.drainAndClose(within: .seconds(1))
  }

  @Test("lets a peer whose certificate has ended do nothing but renew it")
  func lapsed() async throws {
    let server = try await serve()
    let north = try ring.process("north", after: .seconds(-2 * 86_400))
    let connection = try await TestTwin.connect(north.tls, to: server)
    let response = try await connection.post("/v1/actors/coordinator")
    #expect(response.status == 401)
    #expect(response.text.hasPrefix("You were refused: its certificate expired at "))
    await connection.closed()
    try await Enrolment.renew(north, host: "127.0.0.1", port: server.port, on: TestTwin.group)
    #expect(north.chain.notAfter > Date())
    let renewed = try await TestTwin.connect(north.tls, to: server)
    #expect(try await renewed.post("/").text == "spiffe://ring/node/north")
    await renewed.close()
    await server.drainAndClose(within: .seconds(1))
  }

  @Test("renews no certificate that ended more than a week ago")
  func lapsedForLong() async throws {
    let server = try await serve()
    let north = try ring.process("north", after: .seconds(-9 * 86_400))
    await #expect(throws: Enrolment.Failure.self) {
      try await Enrolment.renew(north, host: "127.0.0.1", port: server.port, on: TestTwin.group)
    }
    #expect(await refusals.first()?.hasPrefix("its certificate expired at") == true)
    await server.drainAndClose(within: .seconds(1))
  }
}
