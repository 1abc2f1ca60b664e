import ActorCluster
import Distributed
import SimulatedCluster
import Testing

struct SimulatedClusterTests {
  @Test("Three nodes that call each other leave one trace a seed", arguments: [1, 2, 3] as [UInt64])
  func replay(seed: UInt64) throws {
    let first = try ring(seed: seed)
    for _ in 0..<10 { #expect(try ring(seed: seed) == first) }
  }
}

private struct Trace: Equatable { var hash: UInt64; var total: Double }

private func ring(seed: UInt64) throws -> Trace {
  let runtime = SimulatedRuntime(seed: seed)
  let network = SimulatedNetwork(runtime: runtime)
  let total = try runtime.run {
    var clusters: [ActorCluster] = []
    for name in ["east", "north", "west"] {
      clusters.append(try await network.startNode(NodeName(name)))
    }
    for cluster in clusters { try cluster.host("t") { Thermometer(actorSystem: $0) } }
    let ids = clusters.flatMap(\.hosted)
    return try await withThrowingTaskGroup(of: Double.self) { [clusters] group in
      for (index, id) in ids.enumerated() {
        let other = ids[(index + 1) % 3]
        group.addTask {
          try await Thermometer.resolve(id: other, using: clusters[index])
            .askNeighbours([id, ids[(index + 2) % 3]], rounds: 5)
        }
      }
      return try await group.reduce(0, +)
    }
  }
  #expect(runtime.strayCount == 0)
  return Trace(hash: network.traceHash, total: total)
}
