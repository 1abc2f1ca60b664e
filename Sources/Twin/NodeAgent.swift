import ActorCluster
import Distributed
import GridModel
import PowerFlow

/// The actor that speaks for a node: it hosts segments when the coordinator asks for it.
distributed actor NodeAgent: ClusterActor {
  typealias ActorSystem = ActorCluster
  static let kind = "node"
  static let name = "agent"
  static let targets = TargetTable<NodeAgent> {
    Target("enter(era:)", era: .raises) { actor, era in try await actor.enter(era: era) }
    Target("host(_:state:)") { actor, part, state in
      try await actor.host(part, state: state)
    }
    Target("traffic()", era: .any) { actor in try await actor.traffic() }
    Target("leave()", era: .raises) { actor in try await actor.leave() }
  }

  private let onLeave: LeaveAction
  private var slices = SliceCollector()

  /// What happens when the coordinator sends the node home.
  struct LeaveAction: Sendable {
    let run: @Sendable () -> Void
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe actorSystem.executor(for: id) }

  init(actorSystem: ActorCluster, onLeave: LeaveAction) {
    self.actorSystem = actorSystem
    self.onLeave = onLeave
  }

  /// Where the agent of a node is.
  static func identity(on node: NodeName) -> ActorIdentity {
    ActorIdentity(kind: kind, name: name, on: node)
  }

  /// Moves the node to a new era: the one in the request's head, which the cluster has adopted.
  distributed func enter(era: Int64) throws {
    let current = actorSystem.era
    guard era == current else { throw SegmentError.staleEra(given: era, current: current) }
  }

  /// Takes a part of a segment's slice; with the last one it hosts the segment, from its last
  /// committed state if it has one.
  ///
  /// - Returns: the segment's structure, once it is hosted.
  distributed func host(_ part: SlicePart, state: [UInt8]) async throws -> NetworkStructure? {
    guard let slice = try slices.take(part) else { return nil }
    let committed = state.isEmpty ? nil : try SegmentState(decoding: state)
    let name = slice.segment.text
    actorSystem.remove(ActorIdentity(kind: Segment.kind, name: name, on: actorSystem.node))
    let segment = try actorSystem.host(name) {
      try Segment(slice: slice, state: committed, actorSystem: $0)
    }
    guard let structure = await segment.whenLocal({ $0.structure() }) else {
      preconditionFailure("A segment that was just made is local.")
    }
    return structure
  }

  /// What this node has put on the wire.
  distributed func traffic() -> NodeTraffic { NodeTraffic(actorSystem) }

  /// Sends the node home; a coordinator of an older era has no say any more.
  distributed func leave() { onLeave.run() }
}
