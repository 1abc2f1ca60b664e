import ActorCluster
import Distributed
import SimulatedCluster

/// Two nodes: `north` hosts a thermometer, `south` calls it.
struct Pair: Sendable {
  let runtime: SimulatedRuntime
  let network: SimulatedNetwork

  init(_ runtime: SimulatedRuntime) {
    self.runtime = runtime
    network = SimulatedNetwork(runtime: runtime, authority: OpenToAll())
  }

  func start() async throws -> (caller: ActorCluster, remote: Thermometer, local: Thermometer) {
    let north = try await network.startNode("north")
    let south = try await network.startNode("south")
    let local = try north.host("roof") { Thermometer(actorSystem: $0) }
    return (south, try Thermometer.resolve(id: local.id, using: south), local)
  }
}
