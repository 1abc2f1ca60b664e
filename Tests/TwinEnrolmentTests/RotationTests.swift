import Foundation
import HTTP2Connection
import Testing

@testable import TwinEnrolment
@testable import TwinIdentity

@Suite("Renewal")
struct RotationTests {
  let ring: TestTwin

  init() throws { ring = try TestTwin() }

  private static let life = Duration.seconds(4)

  /// A coordinator with a desk whose certificates live seconds.
  private func coordinator() throws -> (TwinSecurity, AuthorityFolder) {
    let folder = AuthorityFolder(ring.scratch.appending(path: "coordinator").path)
    try folder.keep(ring.issuer)
    let security = try ring.process(
      "coordinator", .coordinator, lifetime: Self.life, issues: true)
    return (security, folder)
  }

  private func serve(
    _ security: TwinSecurity, _ folder: AuthorityFolder, port: Int = 0
  ) async throws -> HTTP2Server {
    let desk = EnrolmentDesk(issuer: ring.issuer, record: try folder.record(), lifetime: Self.life)
    return try await HTTP2Server.bind(
      host: "127.0.0.1", port: port, on: TestTwin.group, tls: security.tls,
      responder: EnrolmentResponder(Guarded(desk), folder: folder, next: WhoAmI()))
  }

  @Test("under load costs no request, on connections old and new")
  func underLoad() async throws {
    let (security, folder) = try coordinator()
    let server = try await serve(security, folder)
    let nodes = try ["north", "south", "east"].map {
      try ring.process($0, lifetime: Self.life)
    }
    let tally = Tally()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [issuer = ring.issuer] in
        await CertificateKeeper(security) {
          try security.renew(by: issuer, lifetime: Self.life)
        } onEvent: {
          tally.add($0)
        }.run()
      }
      for node in nodes {
        group.addTask {
          await CertificateKeeper(node) {
            try await Enrolment.renew(
              node, host: "127.0.0.1", port: server.port, on: TestTwin.group)
          } onEvent: {
            tally.add($0)
          }.run()
        }
        group.addTask { await Self.load(node, server, tally, reconnecting: false) }
        group.addTask { await Self.load(node, server, tally, reconnecting: true) }
      }
      try? await Task.sleep(for: .seconds(12))
      group.cancelAll()
    }
    await server.drainAndClose(within: .seconds(1))
    #expect(tally.failures == [])
    #expect(tally.requests > 1000)
    // Each of the four renews at half of four seconds and a bit.
    #expect(tally.renewals >= 4 * 4)
    #expect(tally.alarms == 0)
  }

  /// Asks again and again, over one connection or over one for every ten requests.
  private static func load(
    _ node: TwinSecurity, _ server: HTTP2Server, _ tally: Tally, reconnecting: Bool
  ) async {
    while !Task.isCancelled {
      do {
        let connection = try await TestTwin.connect(node.tls, to: server)
        var asked = 0
        while !Task.isCancelled, !reconnecting || asked < 10 {
          asked += 1
          let response = try await connection.post("/")
          tally.count(response.text == node.identity.uri ? nil : "\(response.status)")
          try? await Task.sleep(for: .milliseconds(5))
        }
        await connection.close()
      } catch {
        if !Task.isCancelled { tally.count("\(error)") }
      }
    }
  }

  @Test("is made up for when the coordinator was away over two of them")
  func coordinatorAway() async throws {
    let (security, folder) = try coordinator()
    let server = try await serve(security, folder)
    let port = server.port
    let north = try ring.process("north", lifetime: Self.life)
    await server.drainAndClose(within: .seconds(1))
    let tally = Tally()
    let keeping = Task {
      await CertificateKeeper(north) {
        try await Enrolment.renew(north, host: "127.0.0.1", port: port, on: TestTwin.group)
      } onEvent: {
        tally.add($0)
      }.run()
    }
    try await Task.sleep(for: .seconds(6))
    #expect(north.chain.notAfter < Date())
    #expect(tally.alarms == 1)
    #expect(tally.renewals == 0)
    // It comes back with a certificate of its own making.
    try security.renew(by: ring.issuer, lifetime: Self.life)
    let back = try await serve(security, folder, port: port)
    let start = ContinuousClock.now
    while north.chain.notAfter < Date(), ContinuousClock.now - start < .seconds(5) {
      try await Task.sleep(for: .milliseconds(10))
    }
    #expect(ContinuousClock.now - start < .seconds(2))
    let connection = try await TestTwin.connect(north.tls, to: back)
    #expect(try await connection.post("/").text == "spiffe://ring/node/north")
    await connection.close()
    keeping.cancel()
    await keeping.value
    await back.drainAndClose(within: .seconds(1))
  }
}

private final class Tally: Sendable {
  private struct Counts {
    var requests = 0
    var failures: [String] = []
    var renewals = 0
    var alarms = 0
  }

  private let counts = Guarded(Counts())

  var requests: Int { counts.withLock { $0.requests } }
  var failures: [String] { counts.withLock { $0.failures } }
  var renewals: Int { counts.withLock { $0.renewals } }
  var alarms: Int { counts.withLock { $0.alarms } }

  func count(_ failure: String?) {
    counts.withLock { counts in
      counts.requests += 1
      if let failure { counts.failures.append(failure) }
    }
  }

  func add(_ event: CertificateKeeper.Event) {
    counts.withLock { counts in
      switch event {
      case .renewed: counts.renewals += 1
      case .alarm: counts.alarms += 1
      case .failed: break
      }
    }
  }
}
