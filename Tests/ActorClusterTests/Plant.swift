import ActorCluster
import Distributed
import SimulatedCluster

/// Two nodes, `north` with a valve and `south` that calls it, over sockets or in simulation.
struct Plant: Sendable {
  let north: ActorCluster
  let south: ActorCluster
  let local: Valve
  let valve: Valve
  /// Where `north` listens; nil in a simulation.
  var address: NodeAddress?

  private init(north: ActorCluster, south: ActorCluster, address: NodeAddress?) throws {
    self.north = north
    self.south = south
    self.address = address
    local = try north.host("main") { Valve(actorSystem: $0) }
    valve = try Valve.resolve(id: local.id, using: south)
  }

  func shutdown() async {
    await south.shutdown()
    await north.shutdown()
  }

  /// Waits up to ten seconds for something to become true.
  func eventually(_ condition: () async -> Bool) async -> Bool {
    for _ in 0..<1000 {
      if await condition() { return true }
      try? await south.sleep(for: .milliseconds(10))
    }
    return false
  }

  /// Runs `body` with two nodes on the loopback interface.
  static func overHTTP2<Success: Sendable>(
    _ body: @Sendable (Plant) async throws -> Success
  ) async throws -> Success {
    let runtime = PoolRuntime()
    let transport = HTTP2Transport()
    let north = ActorCluster(
      node: "north", twin: "plant", transport: transport, runtime: runtime, authority: OpenToAll())
    let back = HTTP2Transport()
    let south = ActorCluster(
      node: "south", twin: "plant", transport: back, runtime: runtime, authority: OpenToAll())
    try await north.start()
    try await south.start()
    let plant = try Plant(north: north, south: south, address: transport.address)
    if let address = transport.address { south.connect(node: "north", at: address) }
    if let address = back.address { north.connect(node: "south", at: address) }
    do {
      // Other tests may keep every thread busy.
      let result = try await ActorCluster.withDeadline(.seconds(60)) { try await body(plant) }
      await plant.shutdown()
      return result
    } catch {
      await plant.shutdown()
      throw error
    }
  }

  /// Runs `body` with two nodes in one simulation.
  static func simulated<Success: Sendable>(
    seed: UInt64 = 1, _ body: @escaping @Sendable (Plant) async throws -> Success
  ) throws -> Success {
    let runtime = SimulatedRuntime(seed: seed)
    let network = SimulatedNetwork(runtime: runtime, authority: OpenToAll())
    return try runtime.run {
      let plant = try Plant(
        north: try await network.startNode("north", twin: "plant"),
        south: try await network.startNode("south", twin: "plant"), address: nil)
      let result = try await body(plant)
      await plant.shutdown()
      return result
    }
  }
}
