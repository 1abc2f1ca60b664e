import GridModel
import PowerFlow
import Testing

@testable import Twin

/// A segment's shadow ticks, without actors.
struct ShadowTwinTests {
  private let bench: SegmentBench
  private let segment: SegmentTwin

  init() throws {
    bench = try SegmentBench(Grids.evening)
    segment = bench.segments[0]
  }

  @Test("On the last equivalent of the rest a segment goes on tick by tick, and commits nothing")
  func goesOn() throws {
    let equivalents = try solve(0)
    try segment.commit(tick: 0, equivalent: equivalents[0])
    let committed = segment.committed
    var energies: Set<[Double]> = []
    for tick in 1...3 as ClosedRange<Int64> {
      segment.runShadowTick()
      let view = segment.shadowView(foreign: nil)
      #expect(view.shadowTick == tick)
      #expect(view.committedTick == 0)
      #expect(view.isSolved)
      energies.insert([view.lowest_pu ?? 0])
    }
    #expect(energies.count > 1, "Assets go on, too.")
    #expect(segment.committed == committed)
    let neighbour = try #require(segment.slice.neighbours.first)
    let drifted = segment.shadowEnds(for: neighbour)
    segment.forgetTick()
    #expect(segment.shadowView(foreign: nil).shadowTick == nil)
    #expect(segment.shadowEnds(for: neighbour) != drifted)
  }

  @Test("An equivalent of another tick, of other roles or of another topology is not taken")
  func otherEquivalents() throws {
    let changes: [(inout BorderEquivalent) -> Void] = [
      { $0.tick += 1 }, { $0.tick -= 1 }, { $0.roleVersion += 1 }, { $0.topologyVersion += 1 },
    ]
    for change in changes {
      let bench = try SegmentBench(Grids.evening)
      let segment = bench.segments[0]
      var equivalent = try #require(try Self.solve(0, bench)[0])
      change(&equivalent)
      try segment.commit(tick: 0, equivalent: equivalent)
      segment.runShadowTick()
      #expect(segment.shadowView(foreign: nil).shadowTick == nil)
    }
  }

  @Test("A tick that begins ends the shadow; a shadow tick throws away what was in flight")
  func eitherOr() throws {
    try segment.commit(tick: 0, equivalent: try solve(0)[0])
    for other in bench.segments.dropFirst() { try other.commit(tick: 0) }
    segment.runShadowTick()
    _ = try bench.begin(1)
    #expect(segment.shadowView(foreign: nil).shadowTick == nil)
    segment.runShadowTick()
    #expect(throws: SegmentError.wrongTick(given: 1, committed: 0)) { try segment.commit(tick: 1) }
  }

  @Test("What ran in the shadow changes no bit of the tick that comes after it")
  func leavesNothing() throws {
    let equivalents = try solve(0)
    for (segment, equivalent) in zip(bench.segments, equivalents) {
      try segment.commit(tick: 0, equivalent: equivalent)
    }
    let before = try bench.begin(1).blocks
    for segment in bench.segments {
      segment.runShadowTick()
      segment.runShadowTick()
    }
    #expect(try bench.begin(1).blocks == before)
  }

  @Test("Without an equivalent a segment stands still")
  func none() throws {
    segment.runShadowTick()
    try bench.solve(0)
    try bench.commit(0)
    segment.runShadowTick()
    #expect(segment.shadowView(foreign: nil).shadowTick == nil)
  }

  @Test("A segment that learns another border forgets the equivalent of the last one")
  func anotherBorder() throws {
    try segment.commit(tick: 0, equivalent: try solve(0)[0])
    var view = bench.views[0]
    view.roleVersion += 1
    try segment.adopt(view)
    segment.runShadowTick()
    #expect(segment.shadowView(foreign: nil).shadowTick == nil)
  }

  @Test("A border of other buses, components or islands is refused, and the right one is taken")
  func foreignBorder() throws {
    let changes: [(inout BorderView) -> Void] = [
      { $0.rows.removeLast() }, { $0.rows.append($0.rows[0]) }, { $0.islandOfComponent.append(0) },
      { $0.islandOfComponent.removeLast() }, { $0.islandOfComponent[0] = $0.islandCount },
      { $0.islandOfComponent[0] = -1 },
    ]
    for change in changes {
      var view = bench.views[0]
      change(&view)
      let foreign = view
      let fresh = try SegmentTwin(segment.slice)
      #expect(throws: SegmentError.foreignBorder) { try fresh.adopt(foreign) }
      try fresh.adopt(bench.views[0])
    }
  }

  /// Solves a tick; the equivalents are of its last round.
  private func solve(_ tick: Int64) throws -> [BorderEquivalent?] {
    try Self.solve(tick, bench)
  }

  private static func solve(_ tick: Int64, _ bench: SegmentBench) throws -> [BorderEquivalent?] {
    var blocks = try bench.begin(tick).blocks
    while case .step(let steps) = try bench.border.judge(blocks) {
      blocks = try zip(bench.segments, steps).map { try $0.advance($1) }
    }
    return try EquivalentMaker(for: bench.border).make(from: blocks)
  }
}
