import GridModel
import PowerFlow
import Quantities

@testable import Twin

/// The segments of a grid and its border as plain values: no actors, no messages, no time.
struct SegmentBench {
  let segments: [SegmentTwin]
  let border: BorderSystem
  let views: [BorderView]

  /// - Parameter change: falsifies slices before segments are made of them.
  init(_ topology: Topology, change: (inout SegmentSlice) -> Void = { _ in }) throws {
    let partition = Partition(topology.withStartVoltages())
    var slices = partition.slices()
    for position in slices.indices { change(&slices[position]) }
    segments = try slices.map { try SegmentTwin($0) }
    let structures = segments.map { $0.structure() }
    let plan = BorderPlan(joining: structures, topologyVersion: 1, roleVersion: 1)
    border = try BorderSystem(
      plan, segments: slices.map(\.segment), touched: slices.map(\.border),
      base: PowerBase(power_MVA: topology.power_MVA))
    views = slices.indices.map { position in
      plan.view(
        of: position, touching: slices[position].border, structure: structures[position])
    }
    for (segment, view) in zip(segments, views) { try segment.adopt(view) }
  }

  func begin(_ tick: Int64, era: Int64 = 1) throws -> (stamp: RoundStamp, blocks: [BorderBlock]) {
    let stamp = border.begin(era: era, tick: tick)
    return (stamp, try segments.map { try $0.begin(stamp) })
  }

  /// Begins a tick and goes on to its solution.
  func solve(_ tick: Int64, era: Int64 = 1) throws {
    try segments.balance(tick: tick)
    var blocks = try begin(tick, era: era).blocks
    while true {
      switch try border.judge(blocks) {
      case .solved: return
      case .failed(let failure): throw failure
      case .step(let steps):
        blocks = try zip(segments, steps).map { try $0.advance($1) }
      }
    }
  }

  func conclude(_ tick: Int64) throws -> [Conclusion] {
    try segments.map { segment in
      let own = segment.slice.segment
      let foreign = try segments.filter { segment.slice.neighbours.contains($0.slice.segment) }
        .flatMap { try $0.ends(for: own, tick: tick) }
      return try segment.conclude(tick: tick, foreign: foreign)
    }
  }

  func commit(_ tick: Int64) throws {
    for segment in segments { try segment.commit(tick: tick) }
  }
}
