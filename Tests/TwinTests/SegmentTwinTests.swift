import Assets
import GridModel
import PowerFlow
import Testing
import WireCodec

@testable import Twin

/// A segment's rules, one by one, without actors.
struct SegmentTwinTests {
  private let bench: SegmentBench
  private let segment: SegmentTwin

  init() throws {
    bench = try SegmentBench(Grids.evening)
    segment = bench.segments[0]
  }

  @Test("To begin twice gives the same block, byte for byte")
  func beginTwice() throws {
    for tick in 0..<3 as Range<Int64> {
      let first = try bench.begin(tick).blocks.map { try $0.encoded() }
      let second = try bench.begin(tick).blocks.map { try $0.encoded() }
      #expect(first == second)
      try bench.solve(tick)
      for segment in bench.segments { segment.forgetTick() }
      let again = try bench.begin(tick).blocks.map { try $0.encoded() }
      #expect(again == first, "A solved tick leaves nothing behind either.")
      try bench.solve(tick)
      try bench.commit(tick)
    }
  }

  @Test("A beginning that comes again, late, does not take back the rounds that followed it")
  func lateBeginning() throws {
    try bench.solve(0)
    let solved = try segment.conclude(tick: 0, foreign: [])
    #expect(throws: SegmentError.wrongRound) { _ = try segment.begin(stamp(tick: 0)) }
    #expect(try segment.conclude(tick: 0, foreign: []) == solved)
  }

  @Test("Nothing survives an abort")
  func abort() throws {
    try bench.solve(0)
    let committed = segment.committed
    for segment in bench.segments { segment.forgetTick() }
    #expect(segment.committed == committed)
    #expect(throws: SegmentError.wrongTick(given: 0, committed: -1)) {
      _ = try segment.conclude(tick: 0, foreign: [])
    }
    #expect(throws: SegmentError.wrongTick(given: 0, committed: -1)) {
      _ = try segment.ends(for: "feeder-2", tick: 0)
    }
    #expect(throws: SegmentError.wrongTick(given: 0, committed: -1)) {
      try segment.commit(tick: 0)
    }
    let fresh = try SegmentBench(Grids.evening)
    #expect(try bench.begin(0).blocks == fresh.begin(0).blocks)
  }

  @Test("A tick follows the committed one", arguments: [-1, 1, 2] as [Int64])
  func wrongTick(tick: Int64) {
    #expect(throws: SegmentError.wrongTick(given: tick, committed: -1)) {
      _ = try segment.begin(stamp(tick: tick))
    }
  }

  @Test("A tick begins with its first round")
  func wrongFirstRound() {
    #expect(throws: SegmentError.wrongRound) {
      _ = try segment.begin(stamp(tick: 0, iteration: 1))
    }
  }

  @Test("A tick of another topology or of other roles is refused before anything is computed")
  func wrongVersion() {
    #expect(throws: SegmentError.wrongVersion(topology: 2, role: 1)) {
      _ = try segment.begin(stamp(tick: 0, topologyVersion: 2))
    }
    #expect(throws: SegmentError.wrongVersion(topology: 1, role: 2)) {
      _ = try segment.begin(stamp(tick: 0, roleVersion: 2))
    }
  }

  @Test("A round follows the one before")
  func wrongRound() throws {
    let settled = [Bool](repeating: false, count: bench.views[0].islandCount)
    func step(_ stamp: RoundStamp) -> BorderStep {
      BorderStep(stamp: stamp, step: [], isSettled: settled)
    }
    #expect(throws: SegmentError.wrongRound) { _ = try segment.advance(step(stamp(tick: 0))) }
    let first = try bench.begin(0).stamp
    #expect(throws: SegmentError.wrongRound) { _ = try segment.advance(step(first)) }
    #expect(throws: SegmentError.wrongRound) {
      _ = try segment.advance(step(first.next().next()))
    }
    var otherEra = first.next()
    otherEra.era += 1
    #expect(throws: SegmentError.wrongRound) { _ = try segment.advance(step(otherEra)) }
  }

  @Test("A round that comes twice is refused the second time")
  func roundTwice() throws {
    let blocks = try bench.begin(0).blocks
    guard case .step(let steps) = try bench.border.judge(blocks) else {
      Issue.record("The first round of a flat start is not solved.")
      return
    }
    _ = try segment.advance(steps[0])
    #expect(throws: SegmentError.wrongRound) { _ = try segment.advance(steps[0]) }
  }

  @Test("A step of another era, tick, version or shape is refused, and the right one is taken then")
  func otherSteps() throws {
    guard case .step(let steps) = try bench.border.judge(try bench.begin(0).blocks) else {
      Issue.record("The first round of a flat start is not solved.")
      return
    }
    let changes: [(inout BorderStep) -> Void] = [
      { $0.stamp.era += 1 }, { $0.stamp.era -= 1 }, { $0.stamp.tick += 1 },
      { $0.stamp.iteration += 1 }, { $0.stamp.topologyVersion += 1 }, { $0.stamp.roleVersion += 1 },
      { $0.step.removeLast() }, { $0.step.append(0) }, { $0.isSettled.append(false) },
      { $0.isSettled = [] },
    ]
    for change in changes {
      var step = steps[0]
      change(&step)
      let other = step
      #expect(throws: SegmentError.wrongRound) { _ = try segment.advance(other) }
    }
    _ = try segment.advance(steps[0])
  }

  @Test("A tick before the committed one is not committed again")
  func commitOfOldTick() throws {
    for tick in 0...1 as ClosedRange<Int64> {
      try bench.solve(tick)
      try bench.commit(tick)
    }
    #expect(throws: SegmentError.wrongTick(given: 0, committed: 1)) {
      try segment.commit(tick: 0)
    }
  }

  @Test("Under another era a tick begins again, whatever rounds it has had")
  func beginsInAnotherEra() throws {
    guard case .step(let steps) = try bench.border.judge(try bench.begin(0, era: 1).blocks) else {
      Issue.record("The first round of a flat start is not solved.")
      return
    }
    _ = try segment.advance(steps[0])
    _ = try bench.begin(0, era: 2)
  }

  @Test("A committed tick is not in flight any more")
  func committedIsOver() throws {
    try bench.solve(0)
    try bench.commit(0)
    #expect(throws: SegmentError.wrongTick(given: 0, committed: 0)) {
      _ = try segment.conclude(tick: 0, foreign: [])
    }
  }

  @Test("Whoever learns the border or a state again has no tick in flight any more")
  func learnsAgain() throws {
    let learn: [(SegmentTwin) throws -> Void] = [
      { try $0.adopt(bench.views[0]) }, { try $0.restore($0.committed) }, { $0.forgetTick() },
    ]
    for (position, again) in learn.enumerated() {
      try bench.solve(0, era: Int64(position))
      try again(segment)
      #expect(throws: SegmentError.wrongTick(given: 0, committed: -1)) {
        try segment.commit(tick: 0)
      }
    }
  }

  @Test("A tick that is not in flight is neither compared nor concluded")
  func otherTick() throws {
    try bench.solve(0)
    #expect(throws: SegmentError.wrongTick(given: 1, committed: -1)) {
      _ = try segment.ends(for: "feeder-2", tick: 1)
    }
    #expect(throws: SegmentError.wrongTick(given: 1, committed: -1)) {
      _ = try segment.conclude(tick: 1, foreign: [])
    }
    #expect(throws: SegmentError.wrongTick(given: 1, committed: -1)) {
      try segment.commit(tick: 1)
    }
  }

  @Test("To commit twice is to commit once; the state is the one in the conclusion")
  func commitTwice() throws {
    try bench.solve(0)
    let concluded = try bench.conclude(0)[0].state
    try segment.commit(tick: 0)
    let committed = segment.committed
    #expect(try SegmentState(decoding: concluded) == committed)
    try segment.commit(tick: 0)
    #expect(segment.committed == committed)
    #expect(throws: SegmentError.wrongTick(given: 0, committed: 0)) {
      _ = try segment.begin(stamp(tick: 0))
    }
  }

  @Test("Before it knows its border a segment solves nothing")
  func noBorder() throws {
    let fresh = try SegmentTwin(segment.slice)
    #expect(throws: SegmentError.noBorder) { _ = try fresh.begin(stamp(tick: 0)) }
  }

  @Test("A restored segment repeats the tick with the same bytes")
  func restore() throws {
    try bench.solve(0)
    try bench.commit(0)
    let committed = segment.committed
    let block = try bench.begin(1).blocks[0]
    try bench.solve(1)
    try bench.commit(1)
    try segment.restore(committed)
    #expect(try segment.begin(stamp(tick: 1)) == block)
  }

  private func stamp(
    tick: Int64, iteration: Int64 = 0, topologyVersion: Int64 = 1, roleVersion: Int64 = 1
  ) -> RoundStamp {
    RoundStamp(
      era: 1, tick: tick, iteration: iteration, topologyVersion: topologyVersion,
      roleVersion: roleVersion)
  }
}
