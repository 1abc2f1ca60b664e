import Distributed
import HTTP2Connection
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Testing

@testable import ActorCluster

@Suite("Addresses")
struct AddressTests {
  @Test(
    "read back as they are written",
    arguments: [
      ("127.0.0.1:7400", "127.0.0.1", 7400), ("[::1]:0", "::1", 0),
      ("north:65535", "north", 65_535),
      ("[2001:db8::1]:80", "2001:db8::1", 80), ("[fe80::1%eth0]:7400", "fe80::1%eth0", 7400),
      ("segment_1.grid.example:7400", "segment_1.grid.example", 7400),
      ("[::ffff:10.0.0.1]:1", "::ffff:10.0.0.1", 1),
    ])
  func readBack(_ text: String, _ host: String, _ port: Int) throws {
    let address = try NodeAddress(text)
    #expect(address == NodeAddress(host: host, port: port))
    #expect(address.description == text)
  }

  @Test(
    "that are none are refused with what to write",
    arguments: [
      "", "7400", ":7400", "north", "north:", "north:+1", "north:65536", "north:7400 ", "no rth:1",
      "::1:7400", "[::1]", "[]:1", "[north]:1", "[127.0.0.1]:1", "[fe80::1%]:1", "[::1:1",
      "1.2.3:1",
      "1.2.3.256:1", "-north:1", "north..grid:1", "nörd:1", "a/b:1", "north:99999999999999999999",
    ])
  func refused(_ text: String) {
    let error = #expect(throws: NodeAddress.Unreadable.self) { try NodeAddress(text) }
    #expect(
      error?.description.contains(":7400") ?? false
        || error?.description.contains("127.0.0.1") ?? false)
  }

  @Test("An IPv6 address without brackets is told to get them")
  func brackets() {
    #expect(
      throws: NodeAddress.Unreadable(
        description:
          "'::1:7400' is not an address; an IPv6 address stands in brackets, like [::1]:7400")
    ) { try NodeAddress("::1:7400") }
  }

  @Test("Only addresses that nobody else can mean are loopback")
  func loopback() {
    for host in ["127.0.0.1", "127.9.9.9", "::1", "0:0:0:0:0:0:0:1", "localhost", "LocalHost"] {
      #expect(NodeAddress(host: host, port: 1).isLoopback, "\(host)")
    }
    for host in [
      "0.0.0.0", "::", "10.0.0.1", "127.0.0.1.example", "localhost.example", "::ffff:127.0.0.1",
      "127.1", "fe80::1%eth0",
    ] {
      #expect(!NodeAddress(host: host, port: 1).isLoopback, "\(host)")
    }
  }

  @Test("All addresses of a machine are somewhere to listen, not to call")
  func wildcard() {
    for host in ["0.0.0.0", "::", "0::0"] {
      #expect(NodeAddress(host: host, port: 1).isWildcard, "\(host)")
    }
    for host in ["127.0.0.1", "::1", "0.0.0.1", "north"] {
      #expect(!NodeAddress(host: host, port: 1).isWildcard, "\(host)")
    }
  }
}

/// Nodes that are called by name, and over IPv6.
@Suite(.patient)
struct NamedNodeTests {
  private let runtime = PoolRuntime()

  /// Knows one name, whose address can change.
  private final class MovingName: Resolver, Sendable {
    let address: NIOLockedValueBox<String>
    let questions = NIOLockedValueBox(0)

    init(at address: String) { self.address = NIOLockedValueBox(address) }

    func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
      let loop = MultiThreadedEventLoopGroup.singleton.next()
      questions.withLockedValue { $0 += 1 }
      return loop.makeCompletedFuture {
        guard host == "north.grid" else { return [] }
        return [try SocketAddress(ipAddress: address.withLockedValue { $0 }, port: port)]
      }
    }

    func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
      MultiThreadedEventLoopGroup.singleton.next().makeSucceededFuture([])
    }

    func cancelQueries() {}
  }

  private func north(
    host: String, port: Int = 0
  ) async throws -> (cluster: ActorCluster, port: Int) {
    let transport = HTTP2Transport(host: host, port: port)
    let cluster = ActorCluster(
      node: "north", twin: "plant", transport: transport, runtime: runtime,
      authority: OpenToAll())
    try await cluster.start()
    try cluster.host("main") { Valve(actorSystem: $0) }
    return (cluster, try #require(transport.address).port)
  }

  private func valve(from cluster: ActorCluster) throws -> Valve {
    try Valve.resolve(
      id: ActorIdentity(kind: "valve", name: "main", on: "north"), using: cluster)
  }

  @Test("A node whose name gets another address is found there")
  func movingName() async throws {
    let name = MovingName(at: "127.0.0.2")
    let south = ActorCluster(
      node: "south", twin: "plant",
      transport: HTTP2Transport(on: MultiThreadedEventLoopGroup.singleton, resolver: name),
      runtime: runtime,
      authority: OpenToAll())
    try await south.start()
    let (first, port) = try await north(host: "127.0.0.2")
    south.connect(node: "north", at: NodeAddress(host: "north.grid", port: port))
    let remote = try valve(from: south)
    #expect(try await remote.turn(by: 1) == 1)
    #expect(try await remote.turn(by: 1) == 2)
    #expect(name.questions.withLockedValue { $0 } == 1)

    await first.shutdown()
    for await event in south.peerEvents {
      #expect(event == .lost("north"))
      break
    }
    name.address.withLockedValue { $0 = "127.0.0.3" }
    let (second, _) = try await north(host: "127.0.0.3", port: port)
    #expect(try await remote.turn(by: 5) == 5)
    await south.shutdown()
    await second.shutdown()
  }

  @Test("Connections are replaced before they run out of streams, and no call notices")
  func rotation() async throws {
    let name = MovingName(at: "127.0.0.1")
    var limits = HTTP2Limits()
    limits.requestsPerConnection = 20
    let south = ActorCluster(
      node: "south", twin: "plant",
      transport: HTTP2Transport(
        on: MultiThreadedEventLoopGroup.singleton, limits: limits, resolver: name),
      runtime: runtime, authority: OpenToAll())
    try await south.start()
    let (north, port) = try await north(host: "127.0.0.1")
    south.connect(node: "north", at: NodeAddress(host: "north.grid", port: port))
    let remote = try valve(from: south)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<30 {
        group.addTask { for _ in 0..<50 { _ = try await remote.turn(by: 1) } }
      }
      try await group.waitForAll()
    }
    #expect(try await remote.turn(by: 1) == 1501)
    // Each carried its share, and at most what was on its way when it had.
    let connections = name.questions.withLockedValue { $0 }
    #expect(connections >= 1501 / (20 + 30) && connections <= 1501 / 20 + 1)

    // One call after the other until a connection is spent and no further call comes.
    for _ in 0..<20 { _ = try await remote.turn(by: 0) }
    try await Task.sleep(for: .milliseconds(50))
    await south.shutdown()
    for await event in south.peerEvents { Issue.record("Nobody was lost, and yet: \(event)") }
    await north.shutdown()
  }

  @Test("Nodes call each other over IPv6")
  func overIPv6() async throws {
    let south = ActorCluster(
      node: "south", twin: "plant", transport: HTTP2Transport(host: "::1"), runtime: runtime,
      authority: OpenToAll())
    try await south.start()
    let (north, port) = try await north(host: "::1")
    south.connect(node: "north", at: NodeAddress(host: "::1", port: port))
    #expect(try await valve(from: south).turn(by: 3) == 3)
    await south.shutdown()
    await north.shutdown()
  }
}
