import ActorCluster
import Distributed
import SimulatedCluster

/// Three nodes whose thermometers all call each other, and what that left behind.
struct Ring: Equatable {
  var hash: UInt64
  var messageCount: Int
  var jobCount: Int
  var strayCount: Int
  var total: Double

  static func run(seed: UInt64, order: SimulatedRuntime.Order = .shuffled) throws -> Ring {
    let runtime = SimulatedRuntime(seed: seed, order: order)
    let network = SimulatedNetwork(runtime: runtime, authority: OpenToAll())
    let total = try runtime.run { try await callAround(network) }
    return Ring(
      hash: network.traceHash, messageCount: network.messageCount, jobCount: runtime.jobCount,
      strayCount: runtime.strayCount, total: total)
  }

  private static func callAround(_ network: SimulatedNetwork) async throws -> Double {
    var clusters: [ActorCluster] = []
    for name in ["east", "north", "west"] {
      let cluster = try await network.startNode(NodeName(name))
      try cluster.host("roof") { Thermometer(actorSystem: $0) }
      clusters.append(cluster)
    }
    let identities = clusters.flatMap(\.hosted)
    return try await withThrowingTaskGroup(of: Double.self) { [clusters] group in
      for (index, identity) in identities.enumerated() {
        let (second, third) = (identities[(index + 1) % 3], identities[(index + 2) % 3])
        group.addTask {
          let remote = try Thermometer.resolve(id: second, using: clusters[index])
          return try await remote.askNeighbours([identity, third], rounds: 5)
        }
      }
      var total = 0.0
      while let degrees = try await group.next() { total += degrees }
      for cluster in clusters { await cluster.shutdown() }
      return total
    }
  }
}
