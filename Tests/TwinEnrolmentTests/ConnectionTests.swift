import Foundation
import HTTP2Connection
import NIOCore
import NIOPosix
import NIOSSL
import Testing

@testable import TwinEnrolment
@testable import TwinIdentity

@Suite("A TLS connection")
struct ConnectionTests {
  let ring: TestTwin
  let refusals = Refusals()

  init() throws { ring = try TestTwin() }

  @Test("of a peer that is revoked ends within a second, with its calls")
  func revoked() async throws {
    let south = try ring.process("south", refusals: refusals)
    let server = try await ring.serve(south)
    let (north, east) = (try ring.process("north"), try ring.process("east"))
    let connection = try await TestTwin.connect(north.tls, to: server)
    let other = try await TestTwin.connect(east.tls, to: server)
    let held = Task { try await connection.post("/hold") }
    #expect(try await connection.post("/").status == 200)
    var list = DenyList()
    list.deny(north.identity)
    let start = ContinuousClock.now
    try south.take(SignedDenyList(list, by: ring.issuer))
    await #expect(throws: HTTP2Error.self) { try await held.value }
    await connection.closed()
    #expect(ContinuousClock.now - start < .seconds(1))
    #expect(try await other.post("/").status == 200)
    #expect(await TestTwin.failure(north.tls, to: server) != nil)
    await other.close()
    await server.drainAndClose(within: .seconds(1))
  }

  @Test("to a server that is revoked ends for the client, too")
  func revokedServer() async throws {
    let server = try await ring.serve(try ring.process("south"))
    let north = try ring.process("north")
    let connection = try await TestTwin.connect(north.tls, to: server)
    let held = Task { try await connection.post("/hold") }
    #expect(try await connection.post("/").status == 200)
    var list = DenyList()
    list.deny(try ring.identity("south"))
    try north.take(SignedDenyList(list, by: ring.issuer))
    await #expect(throws: HTTP2Error.protocolViolation("spiffe://ring/node/south is revoked")) {
      try await held.value
    }
    await connection.closed()
    await server.drainAndClose(within: .seconds(1))
  }

  @Test("outlives the certificate that it began with, but no new one begins with it")
  func expiry() async throws {
    let server = try await ring.serve(try ring.process("south", refusals: refusals))
    let north = try ring.process("north", lifetime: .seconds(2))
    let connection = try await TestTwin.connect(north.tls, to: server)
    try await Task.sleep(for: .seconds(3))
    #expect(try await connection.post("/").text == "spiffe://ring/node/north")
    #expect(await TestTwin.failure(north.tls, to: server) != nil)
    #expect(await refusals.first()?.hasPrefix("its certificate expired at") == true)
    await connection.close()
    await server.drainAndClose()
  }

  @Test("shows the newest certificate from the next handshake on, and the old connection stays")
  func newCredentials() async throws {
    let south = try ring.process("south")
    let server = try await ring.serve(south)
    let witness = Witness()
    let north = try ring.process("north")
    let chain = north.chain
    let tls = try HTTP2Security(
      HTTP2Credentials(chain: chain.der, key: north.key.der),
      authority: witness)
    let old = try await TestTwin.connect(tls, to: server)
    let before = south.chain.serial
    try south.renew(by: ring.issuer, lifetime: .seconds(600))
    let new = try await TestTwin.connect(tls, to: server)
    #expect(witness.serials == [before, south.chain.serial])
    #expect(before != south.chain.serial)
    #expect(try await old.post("/").status == 200)
    #expect(try await new.post("/").status == 200)
    await old.close()
    await new.close()
    await server.drainAndClose()
  }

  @Test(
    "without h2, over TLS 1.2 or without TLS is refused, and the server goes on",
    arguments: [
      "no protocol", "http/1.1", "TLS 1.2", "plaintext",
    ])
  func otherProtocols(_ kind: String) async throws {
    let server = try await ring.serve(try ring.process("south", refusals: refusals))
    let north = try ring.process("north")
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.certificateVerification = .none
    configuration.certificateChain = try north.chain.der.map {
      .certificate(try NIOSSLCertificate(bytes: $0, format: .der))
    }
    configuration.privateKey = .privateKey(
      try NIOSSLPrivateKey(
        bytes: north.key.der, format: .der))
    configuration.applicationProtocols =
      kind == "http/1.1" ? ["http/1.1"] : kind == "no protocol" ? [] : ["h2"]
    if kind == "TLS 1.2" { configuration.maximumTLSVersion = .tlsv12 }
    let context = try NIOSSLContext(configuration: configuration)
    let channel = try await ClientBootstrap(group: TestTwin.group)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard kind != "plaintext" else { return }
          try channel.pipeline.syncOperations.addHandler(
            NIOSSLClientHandler(context: context, serverHostname: nil))
        }
      }
      .connect(host: "127.0.0.1", port: server.port).get()
    if kind == "plaintext" {
      try await channel.writeAndFlush(ByteBuffer(string: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
    }
    let words = [
      "no protocol": "it does not speak h2 over TLS", "http/1.1": "it does not speak h2 over TLS",
      "TLS 1.2": "it does not speak TLS 1.3", "plaintext": "it does not speak TLS",
    ]
    #expect(await refusals.first() == words[kind])
    try await channel.closeFuture.get()
    #expect(await TestTwin.failure(north.tls, to: server) == nil)
    await server.drainAndClose(within: .seconds(1))
  }

  @Test(
    "that resumes a session is a stranger's, so nobody comes back unverified",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")))
  func resumption() async throws {
    let server = try await ring.serve(try ring.process("south", refusals: refusals))
    let folder = ring.folder("resuming")
    try folder.keep(ring.issuer.issue(ring.identity("north"), to: folder.key(), at: Date()))
    let (path, session) = (folder.folder.path, ring.scratch.appending(path: "session").path)
    let first = try await openSSL(
      server,
      "-cert \(path)/certificate.pem -cert_chain \(path)/certificate.pem "
        + "-key \(path)/key.pem -sess_out \(session)")
    #expect(first.contains("New, TLSv1.3"))
    #expect(refusals.all == [])
    let second = try await openSSL(server, "-sess_in \(session)")
    #expect(second.contains("Reused, TLSv1.3"))
    #expect(await refusals.first() == "it shows no certificate")
    await server.drainAndClose(within: .seconds(1))
  }

  /// What the client of another library says in half a second.
  private func openSSL(_ server: HTTP2Server, _ arguments: String) async throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c",
      "sleep 0.5 | openssl s_client -connect 127.0.0.1:\(server.port) -alpn h2 -tls1_3 "
        + "\(arguments) 2>&1",
    ]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = try await Task.detached { try output.fileHandleForReading.readToEnd() }.value
    process.waitUntilExit()
    return String(decoding: data ?? Data(), as: UTF8.self)
  }

  @Test("that does not finish its handshake is closed")
  func silentPeer() async throws {
    var limits = HTTP2Limits()
    limits.handshake = .seconds(1)
    let server = try await ring.serve(
      try ring.process("south", refusals: refusals), limits: limits)
    let north = try ring.process("north")
    let start = ContinuousClock.now
    var silent: [any Channel] = []
    for _ in 0..<2 {
      silent.append(
        try await ClientBootstrap(group: TestTwin.group)
          .connect(host: "127.0.0.1", port: server.port).get())
    }
    #expect(await TestTwin.failure(north.tls, to: server) == nil)
    for channel in silent { try await channel.closeFuture.get() }
    #expect(ContinuousClock.now - start < .seconds(4))
    #expect(refusals.all.contains("it did not finish the handshake within 1000 ms"))
    await server.drainAndClose(within: .seconds(1))
  }

  @Test("of a peer is made however many strangers come and say nothing; the oldest of them goes")
  func strangers() async throws {
    var limits = HTTP2Limits()
    limits.strangers = 4
    let server = try await ring.serve(
      try ring.process("south", refusals: refusals), limits: limits)
    let north = try ring.process("north")
    var silent: [any Channel] = []
    for _ in 0..<20 {
      silent.append(
        try await ClientBootstrap(group: TestTwin.group)
          .connect(host: "127.0.0.1", port: server.port).get())
    }
    let connection = try await TestTwin.connect(north.tls, to: server)
    for channel in silent[..<16] { try await channel.closeFuture.get() }
    #expect(refusals.all.filter { $0 == "too many strangers came" }.count >= 16)
    // More of them do not touch who has proved who it is.
    for _ in 0..<20 {
      silent.append(
        try await ClientBootstrap(group: TestTwin.group)
          .connect(host: "127.0.0.1", port: server.port).get())
    }
    #expect(try await connection.post("/").text == "spiffe://ring/node/north")
    await connection.close()
    for channel in silent { channel.close(promise: nil) }
    await server.drainAndClose(within: .seconds(1))
  }

  @Test("to more peers than there are places for is refused with the reason")
  func tooManyPeers() async throws {
    var limits = HTTP2Limits()
    limits.connections = 4
    limits.strangers = 2
    let server = try await ring.serve(
      try ring.process("south", refusals: refusals), limits: limits)
    let north = try ring.process("north")
    let first = try await TestTwin.connect(north.tls, to: server)
    let second = try await TestTwin.connect(north.tls, to: server)
    #expect(await TestTwin.failure(north.tls, to: server) != nil)
    #expect(refusals.all.contains("there are too many connections already"))
    await first.close()
    var again = await TestTwin.failure(north.tls, to: server)
    for _ in 0..<100 where again != nil {
      try await Task.sleep(for: .milliseconds(10))
      again = await TestTwin.failure(north.tls, to: server)
    }
    #expect(again == nil)
    await second.close()
    await server.drainAndClose(within: .seconds(1))
  }

  @Test("whose handshake is under way when the server closes does not hold it up")
  func drainDuringHandshake() async throws {
    let server = try await ring.serve(try ring.process("south"))
    let silent = try await ClientBootstrap(group: TestTwin.group)
      .connect(host: "127.0.0.1", port: server.port).get()
    try await Task.sleep(for: .milliseconds(50))
    let start = ContinuousClock.now
    await server.drainAndClose()
    #expect(ContinuousClock.now - start < .seconds(2))
    try await silent.closeFuture.get()
  }

  @Test("that is only opened and closed, as by a health check, is no refusal")
  func knocking() async throws {
    let server = try await ring.serve(try ring.process("south", refusals: refusals))
    let knock = try await ClientBootstrap(group: TestTwin.group)
      .connect(host: "127.0.0.1", port: server.port).get()
    try await knock.close()
    #expect(await TestTwin.failure(try ring.process("north").tls, to: server) == nil)
    await server.drainAndClose()
    #expect(refusals.all == [])
  }

  @Test("carries bodies larger than a TLS record in both directions")
  func largeBodies() async throws {
    struct Echo: HTTP2Responder {
      func admit(_ head: HTTP2RequestHead) -> HTTP2Admission {
        .task { body in HTTP2Response(status: 200, body: body) }
      }
    }
    let server = try await ring.serve(try ring.process("south"), responder: Echo())
    let connection = try await TestTwin.connect(try ring.process("north").tls, to: server)
    let body = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    #expect(try await connection.post("/", body).body == body)
    await connection.close()
    await server.drainAndClose()
  }
}

/// Lets everybody in and notes whose certificates it saw.
private final class Witness: HTTP2PeerAuthority {
  private let seen = Guarded<[String]>([])

  var serials: [String] { seen.withLock { $0 } }

  func admit(_ chain: [[UInt8]]) async -> HTTP2PeerAdmission {
    let serial = (try? CertificateChain(der: chain).serial) ?? "?"
    seen.withLock { $0.append(serial) }
    return .welcome(HTTP2VerifiedPeer(uri: "?"))
  }

  var strangers: HTTP2PeerAdmission { .refused("none") }
  func reasonToLeave(_ chain: [[UInt8]]) -> String? { nil }
}
