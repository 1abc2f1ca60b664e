import ActorCluster
import Distributed
import GridModel
import PowerFlow

/// The actor that owns one segment: it mirrors the assets there and takes part in every tick.
///
/// It carries messages; `SegmentTwin` decides. A call of another era never gets here, because the
/// cluster refuses it before its body is read.
distributed actor Segment: ClusterActor {
  typealias ActorSystem = ActorCluster
  static let kind = "segment"
  static let targets = TargetTable<Segment> {
    Target("meet(_:view:)") { actor, neighbours, view in
      try await actor.meet(neighbours, view: view)
    }
    Target("begin(_:)") { actor, stamp in try await actor.begin(stamp) }
    Target("advance(by:)") { actor, step in try await actor.advance(by: step) }
    Target("ends(for:tick:)") { actor, neighbour, tick in
      try await actor.ends(for: neighbour, tick: tick)
    }
    Target("conclude(tick:)") { actor, tick in try await actor.conclude(tick: tick) }
    Target("commit(tick:)") { actor, tick in try await actor.commit(tick: tick) }
    Target("restore(_:)") { actor, state in try await actor.restore(state) }
    Target("busVoltages()") { actor in try await actor.busVoltages() }
  }

  private let twin: SegmentTwin
  private var neighbours: [SegmentPlan.ID: Segment] = [:]

  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe actorSystem.executor(for: id) }

  init(slice: SegmentSlice, state: SegmentState?, actorSystem: ActorCluster) throws {
    self.actorSystem = actorSystem
    twin = try SegmentTwin(slice, state: state)
  }

  /// What it shows of its shape; for the node that hosts it.
  func structure() -> NetworkStructure { twin.structure() }

  /// Learns who its neighbours are and what is on the border.
  distributed func meet(_ neighbours: [NeighbourCard], view: BorderView) throws {
    self.neighbours = [:]
    for card in neighbours {
      if card.actor.node != actorSystem.node {
        actorSystem.connect(node: card.actor.node, at: card.address)
      }
      self.neighbours[card.segment] = try Segment.resolve(id: card.actor, using: actorSystem)
    }
    try twin.adopt(view)
  }

  /// Begins a tick from the committed state.
  distributed func begin(_ stamp: RoundStamp) throws -> BorderBlock {
    try check(stamp)
    return try twin.begin(stamp)
  }

  /// Moves by the border's step and computes the next round.
  distributed func advance(by step: BorderStep) throws -> BorderBlock {
    try check(step.stamp)
    return try twin.advance(step)
  }

  /// Its ends of the ties with a neighbour, who asks.
  distributed func ends(for neighbour: SegmentPlan.ID, tick: Int64) throws -> [TieEnd] {
    try twin.ends(for: neighbour, tick: tick)
  }

  /// Compares its ties with its neighbours, segment to segment, and reports the tick.
  distributed func conclude(tick: Int64) async throws -> Conclusion {
    let own = twin.slice.segment
    let neighbours = self.neighbours.sorted { $0.key < $1.key }.map(\.value)
    let foreign = try await withThrowingTaskGroup(of: [TieEnd].self) { group in
      for neighbour in neighbours {
        group.addTask { try await neighbour.ends(for: own, tick: tick) }
      }
      var ends: [TieEnd] = []
      while let next = try await group.next() { ends += next }
      return ends
    }
    return try twin.conclude(tick: tick, foreign: foreign)
  }

  /// Makes the tick its committed one; the store has it already.
  distributed func commit(tick: Int64) throws { try twin.commit(tick: tick) }

  /// Goes back to a state from the store.
  distributed func restore(_ state: [UInt8]) throws {
    do {
      try twin.restore(try SegmentState(decoding: state))
    } catch let error as SegmentError {
      throw error
    } catch {
      throw SegmentError.unreadableState("\(error)")
    }
  }

  /// The committed voltage of each own bus, in the order of its slice.
  distributed func busVoltages() -> BusVoltages { BusVoltages(twin.busVoltages()) }

  /// The cluster has checked the era of the request; the stamp inside must agree.
  private func check(_ stamp: RoundStamp) throws(SegmentError) {
    let current = actorSystem.era
    guard stamp.era == current else { throw .staleEra(given: stamp.era, current: current) }
  }
}
