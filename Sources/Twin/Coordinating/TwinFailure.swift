import ActorCluster
import GridModel
import PowerFlow
import TwinStore

/// Why a twin could not start or go on.
package enum TwinFailure: Error, Sendable {
  case noSegments(topology: String)
  /// A node has the coordinator's name.
  case reservedNode(NodeName)
  /// A segment touches more border buses than a message can carry equations for.
  case borderTooWide(SegmentPlan.ID, rows: Int, limit: Int)
  /// The grid has no linear model to balance with.
  case cannotBalance(String)
  /// Some nodes did not join in time.
  case missing(nodes: [NodeName], strangers: [NodeName], waited: Duration)
  /// No node is left; ticks up to the one before are committed.
  case lost([LostNode], tick: Int64)
  /// An island has no solution at a tick.
  case noSolution(IslandFailure, tick: Int64)
  /// A tick failed again and again although every node answers.
  case gaveUp(tick: Int64, attempts: Int, why: String)
  /// Whoever asked for the tick does not want it any more.
  case interrupted(tick: Int64)
  /// The store does not take what it is given.
  case store(StoreError)

  package struct LostNode: Sendable, Equatable {
    package var node: NodeName
    package var segments: [SegmentPlan.ID]
  }
}

extension TwinFailure: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noSegments(let topology):
      "topology '\(topology)' has no segments: add a 'segments:' list that names every bus once"
    case .reservedNode(let node):
      "'\(node)' is the coordinator's own name; give the node another one in 'placement'"
    case .borderTooWide(let segment, let rows, let limit):
      "segment \(segment) touches \(rows) border buses, and \(limit) are the most: cut the grid where "
        + "fewer lines cross, or into segments of which each has fewer ties"
    case .cannotBalance(let why):
      "segments cannot balance this grid: \(why); or write 'algorithm: schedule'"
    case .missing(let nodes, let strangers, let waited):
      "\(nodes.count == 1 ? "node" : "nodes") \(Self.list(nodes)) did not join within "
        + "\(waited.components.seconds) s"
        + (strangers.isEmpty
          ? "" : "; \(Self.list(strangers)) joined, which no placement of the topology names")
    case .lost(let lost, let tick):
      lost.map { node in
        "node \(node.node) with \(node.segments.count == 1 ? "segment" : "segments") "
          + "\(Self.list(node.segments)) was lost at tick \(tick)"
      }.joined(separator: "; ")
        + (tick > 0
          ? " and no node is left; ticks up to \(tick - 1) are committed, start the nodes again"
          : " and no node is left; no tick was committed, start the nodes again")
    case .noSolution(let failure, let tick): "tick \(tick): \(failure)"
    case .gaveUp(let tick, let attempts, let why):
      "tick \(tick) failed \(attempts == 1 ? "" : "\(attempts) times ")although every node answers: \(why)"
    case .interrupted(let tick): "tick \(tick) was interrupted"
    case .store(let error): "\(error)"
    }
  }

  private static func list(_ names: [some CustomStringConvertible]) -> String {
    names.map(\.description).joined(separator: ", ")
  }
}
