import Assets
import GridModel
import PowerFlow
import Quantities
import TwinStore

/// A twin whose segments all live in one value: the same segments, border and balancing as in
/// processes of their own, without actors and messages. A day of it commits the same bits.
package struct OneProcessTwin {
  package let time: TwinTime
  private let segments: [SegmentTwin]
  private let border: BorderSystem

  package init(_ topology: Topology) throws {
    let slices = Partition(topology.withStartVoltages()).slices()
    segments = try slices.map { try SegmentTwin($0) }
    let structures = segments.map { $0.structure() }
    let plan = BorderPlan(
      joining: structures, topologyVersion: slices[0].topologyVersion, roleVersion: 1)
    border = try BorderSystem(
      plan, segments: slices.map(\.segment), touched: slices.map(\.border),
      base: PowerBase(power_MVA: topology.power_MVA))
    for (position, segment) in segments.enumerated() {
      try segment.adopt(
        plan.view(
          of: position, touching: slices[position].border, structure: structures[position]))
    }
    time = topology.time
  }

  /// The same grid in one segment that plans alone: each tick is one solve, the optimum that
  /// segments are measured against.
  package static func central(_ topology: Topology) throws -> OneProcessTwin {
    var topology = topology
    topology.segments = [SegmentPlan(id: "all", buses: topology.buses.map(\.id))]
    topology.placement = []
    topology.balancing?.algorithm = .admm
    return try OneProcessTwin(topology)
  }

  /// The same grid as profiles and schedules run it.
  package static func scheduled(_ topology: Topology) throws -> OneProcessTwin {
    var topology = topology
    topology.balancing?.algorithm = .schedule
    return try OneProcessTwin(topology)
  }

  /// What was decided for the last tick.
  package var setPoints: SetPoints {
    SetPoints(segments.flatMap { $0.committed.balance?.setPoints.entries ?? [] })
  }

  /// Runs the next tick.
  package func tick() throws -> TickReport {
    let tick = segments[0].committed.tick + 1
    try segments.balance(tick: tick)
    let stamp = border.begin(era: 1, tick: tick)
    var blocks = try segments.map { try $0.begin(stamp) }
    var rounds = 1
    var iterations: [Int]?
    while iterations == nil {
      switch try border.judge(blocks) {
      case .solved(let count, _): iterations = count
      case .failed(let failure): throw TwinFailure.noSolution(failure, tick: tick)
      case .step(let steps):
        blocks = try zip(segments, steps).map { try $0.advance($1) }
        rounds += 1
      }
    }
    let conclusions = try segments.map { segment in
      let own = segment.slice.segment
      let foreign = try segments.filter { segment.slice.neighbours.contains($0.slice.segment) }
        .flatMap { try $0.ends(for: own, tick: tick) }
      return try segment.conclude(tick: tick, foreign: foreign)
    }
    for segment in segments { try segment.commit(tick: tick) }
    return TickReport(
      tick: tick, time: time.time(of: tick), era: 1, segments: conclusions.map(\.report),
      states: zip(segments, conclusions).map {
        SegmentRecord(segment: $0.slice.segment.text, state: $1.state)
      }, iterations: iterations!, roundTrips: rounds)
  }
}

extension [SegmentTwin] {
  /// Balances a tick among all segments of a twin, each message taken to its receiver at once.
  package func balance(tick: Int64) throws {
    var runs = try compactMap { try $0.balance(tick: tick) }
    guard runs.count == count else { return }
    let number = Dictionary(
      uniqueKeysWithValues: enumerated().map { ($1.slice.segment, $0) })
    while !runs[0].isOver {
      let told = runs.indices.map { runs[$0].outgoing() }
      for position in runs.indices {
        let own = self[position].slice.segment
        let heard = runs[position].neighbours.map { name in
          let neighbour = number[name]!
          return told[neighbour][runs[neighbour].neighbours.firstIndex(of: own)!]
        }
        try runs[position].absorb(heard)
      }
    }
    for (segment, run) in zip(self, runs) { try segment.accept(run) }
  }
}
