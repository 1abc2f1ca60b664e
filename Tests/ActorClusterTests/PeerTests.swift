import ActorCluster
import Distributed
import NIOCore
import NIOPosix
import Testing

/// What happens to the connection between two nodes.
@Suite(.patient)
struct PeerTests {
  private let runtime = PoolRuntime()

  private func node(
    _ name: NodeName, port: Int = 0
  ) async throws -> (cluster: ActorCluster, address: NodeAddress) {
    let transport = HTTP2Transport(port: port)
    let cluster = ActorCluster(
      node: name, twin: "plant", transport: transport, runtime: runtime, authority: OpenToAll())
    try await cluster.start()
    return (cluster, try #require(transport.address))
  }

  private func valve(on node: NodeName, from cluster: ActorCluster) throws -> Valve {
    try Valve.resolve(
      id: ActorIdentity(kind: "valve", name: "main", on: node), using: cluster)
  }

  @Test("A node whose address is not known cannot be reached")
  func unknownAddress() async throws {
    let (south, _) = try await node("south")
    let remote = try valve(on: "north", from: south)
    await #expect(throws: ClusterError.unreachable("north", why: "Its address is not known.")) {
      try await remote.turn(by: 1)
    }
    await south.shutdown()
  }

  @Test("A node that does not listen cannot be reached")
  func nobodyListens() async throws {
    let (south, _) = try await node("south")
    let (north, address) = try await node("north")
    await north.shutdown()
    south.connect(node: "north", at: address)
    let remote = try valve(on: "north", from: south)
    let error = await #expect(throws: ClusterError.self) { try await remote.turn(by: 1) }
    #expect(error?.surelyDidNotRun == true)
    await south.shutdown()
  }

  @Test("A lost peer is reported, and called again when it is back")
  func lostAndBack() async throws {
    let (south, _) = try await node("south")
    let (north, address) = try await node("north")
    try north.host("main") { Valve(actorSystem: $0) }
    south.connect(node: "north", at: address)
    let remote = try valve(on: "north", from: south)
    #expect(try await remote.turn(by: 1) == 1)

    await north.shutdown()
    for await event in south.peerEvents {
      #expect(event == .lost("north"))
      break
    }
    await #expect(throws: ClusterError.self) { try await remote.turn(by: 1) }

    let (again, _) = try await node("north", port: address.port)
    try again.host("main") { Valve(actorSystem: $0) }
    #expect(try await remote.turn(by: 2) == 2)
    await south.shutdown()
    await again.shutdown()
  }

  @Test("A connection that breaks during a call is a loss that may have run")
  func brokenConnection() async throws {
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          channel.eventLoop.scheduleTask(in: .milliseconds(100)) { channel.close(promise: nil) }
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let (south, _) = try await node("south")
    let port = try #require(listener.localAddress?.port)
    south.connect(node: "north", at: NodeAddress(host: "127.0.0.1", port: port))
    let remote = try valve(on: "north", from: south)
    await #expect(throws: ClusterError.connectionLost(node: "north", mayHaveRun: true)) {
      try await remote.turn(by: 1)
    }
    for await event in south.peerEvents {
      #expect(event == .lost("north"))
      break
    }
    await south.shutdown()
    try await listener.close()
  }

  @Test("A peer that accepts and says nothing costs the time of the call, no more")
  func silentPeer() async throws {
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: "127.0.0.1", port: 0).get()
    let (south, _) = try await node("south")
    let port = try #require(listener.localAddress?.port)
    south.connect(node: "north", at: NodeAddress(host: "127.0.0.1", port: port))
    let remote = try valve(on: "north", from: south)
    let start = south.now
    await #expect(throws: ClusterError.self) {
      try await ActorCluster.withDeadline(.milliseconds(300)) { try await remote.turn(by: 1) }
    }
    #expect(south.now - start < .seconds(20))
    await south.shutdown()
    try await listener.close()
  }

  @Test("Shutting down serves what has begun")
  func drain() async throws {
    let (south, _) = try await node("south")
    let (north, address) = try await node("north")
    let local = try north.host("main") { Valve(actorSystem: $0) }
    south.connect(node: "north", at: address)
    let remote = try valve(on: "north", from: south)
    let call = south.task { try await remote.wait(milliseconds: 300) }
    while await local.whenLocal({ $0.callCount }) == 0 {
      try await south.sleep(for: .milliseconds(10))
    }
    await north.shutdown()
    try await call.value
    #expect(north.hosted.isEmpty)
    await south.shutdown()
  }
}
