import GridModel
import PowerFlow
import Quantities
import SQLiteTwinStore
import Twin
import TwinStore
import WireCodec

/// A directory with the store of a twin that has run for some ticks from noon on.
final class StoredTwin: Sendable {
  private let scratch: Scratch
  /// Kept by a coordinator that has not ended.
  private let open: SQLiteStore?

  var folder: String { scratch.folder.path }

  init(
    ticks: Int64, retention: Int64 = SQLiteStore.defaultRetention, staysOpen: Bool = false
  ) throws {
    scratch = try Scratch()
    var topology = try Topology.read(contentsOf: Busbar.cigre).topology
    topology.time.start = topology.time.start.advanced(by: 12 * 3_600)
    let plan = try TwinPlan(topology)
    let store = try SQLiteStore(
      at: scratch.file(SQLiteStore.fileName).path, retention: retention)
    try store.claim(
      StoreLabel(twin: plan.name, topologyHash: 1, stateSchema: 1),
      slices: try plan.slices.map {
        StoredSlice(segment: $0.segment.text, bytes: try $0.encoded())
      })
    let era = try store.raiseEra()
    let segments = try plan.slices.map { try SegmentTwin($0) }
    let structures = segments.map { $0.structure() }
    let borderPlan = BorderPlan(joining: structures, topologyVersion: 1, roleVersion: 1)
    let border = try BorderSystem(
      borderPlan, segments: plan.slices.map(\.segment), touched: plan.slices.map(\.border),
      base: plan.base)
    for (position, segment) in segments.enumerated() {
      try segment.adopt(
        borderPlan.view(
          of: position, touching: plan.slices[position].border, structure: structures[position]))
    }
    for tick in 0..<ticks {
      try store.commit(Self.solve(tick, segments, border), era: era)
      for segment in segments { try segment.commit(tick: tick) }
    }
    open = staysOpen ? store : nil
  }

  private static func solve(
    _ tick: Int64, _ segments: [SegmentTwin], _ border: BorderSystem
  ) throws -> Commit {
    let stamp = border.begin(era: 1, tick: tick)
    var blocks = try segments.map { try $0.begin(stamp) }
    while case .step(let steps) = try border.judge(blocks) {
      blocks = try zip(segments, steps).map { try $0.advance($1) }
    }
    return Commit(
      tick: tick,
      states: try segments.map { segment in
        let own = segment.slice.segment
        let foreign = try segments.filter { segment.slice.neighbours.contains($0.slice.segment) }
          .flatMap { try $0.ends(for: own, tick: tick) }
        return SegmentRecord(
          segment: own.text, state: try segment.conclude(tick: tick, foreign: foreign).state)
      })
  }
}
