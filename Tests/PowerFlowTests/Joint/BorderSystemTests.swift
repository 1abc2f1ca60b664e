import GridModel
import Testing

@testable import PowerFlow

@Suite("The coordinator's border system")
struct BorderSystemTests {
  private func joint() throws -> JointSolve { try JointSolve(Topology.inRepository("ieee118")) }

  @Test(
    "A block of another era, tick, round or version is refused, and nothing is summed",
    arguments: [
      \RoundStamp.era, \.tick, \.iteration, \.topologyVersion, \.roleVersion,
    ] as [WritableKeyPath<RoundStamp, Int64> & Sendable], [-1, 1] as [Int64])
  func otherStampsAreRefused(
    field: WritableKeyPath<RoundStamp, Int64> & Sendable, difference: Int64
  ) throws {
    let joint = try joint()
    let blocks = joint.begin(era: 4, tick: 9)
    var altered = blocks
    altered[2].stamp[keyPath: field] += difference
    #expect(
      throws: BorderSystem.Refusal.wrongStamp(
        segment: "area-3", got: altered[2].stamp, expected: blocks[2].stamp)
    ) { _ = try joint.border.judge(altered) }

    // The round is judged as if the refused one had never come.
    let untouched = try self.joint()
    #expect(
      try joint.border.judge(blocks) == untouched.border.judge(untouched.begin(era: 4, tick: 9)))
  }

  @Test("A round is not judged twice")
  func roundIsNotJudgedTwice() throws {
    let joint = try joint()
    let blocks = joint.begin()
    _ = try joint.border.judge(blocks)
    #expect(throws: BorderSystem.Refusal.self) { _ = try joint.border.judge(blocks) }
  }

  @Test("A tick that begins again refuses what came before", arguments: [0, 1] as [Int64])
  func newTickRefusesOldBlocks(tick: Int64) throws {
    let joint = try joint()
    let old = joint.begin(era: 1, tick: 0)
    _ = joint.border.begin(era: tick == 0 ? 2 : 1, tick: tick)
    #expect(throws: BorderSystem.Refusal.self) { _ = try joint.border.judge(old) }
  }

  @Test("A block of another shape is refused")
  func otherShapesAreRefused() throws {
    let changes: [(inout BorderBlock) -> Void] = [
      { $0.mismatch.removeLast() }, { $0.mismatch.append(0) }, { $0.reduced.removeLast() },
      { $0.schur.removeLast() }, { $0.schur = [] }, { $0.schur.append(0) },
      { $0.reduced.append(0) }, { $0.interior = [] },
      { $0.interior.append($0.interior[0]) }, { $0.isEliminated = false },
    ]
    let joint = try joint()
    let blocks = joint.begin()
    for change in changes {
      var altered = blocks
      change(&altered[1])
      #expect(throws: BorderSystem.Refusal.wrongShape(segment: "area-2")) {
        _ = try joint.border.judge(altered)
      }
    }
    guard case .step = try joint.border.judge(blocks) else {
      Issue.record("The blocks as they were are accepted.")
      return
    }
  }

  @Test("Blocks out of order are refused, and so is one too few")
  func blocksOutOfOrder() throws {
    let joint = try JointSolve(Topology.inRepository("ieee118"))
    let blocks = joint.begin()
    let backwards = Array(blocks.reversed())
    #expect(throws: BorderSystem.Refusal.wrongSegments(backwards.map(\.segment))) {
      _ = try joint.border.judge(backwards)
    }
    #expect(throws: BorderSystem.Refusal.wrongSegments(blocks.dropLast().map(\.segment))) {
      _ = try joint.border.judge(blocks.dropLast())
    }
  }

  @Test("The same tick gives the same bits, again and again")
  func sameBits() throws {
    let first = try joint()
    let second = try joint()
    _ = try first.solve()
    _ = try second.solve()
    #expect(first.solvers.map(\.voltages) == second.solvers.map(\.voltages))
  }

  @Test("A repeated tick gives the same bits as one that was not repeated")
  func repeatedTickHasTheSameBits() throws {
    let joint = try joint()
    let committed = joint.solvers.map(\.voltages)
    let points = joint.slices.map { OperatingPoint(asWrittenIn: $0.topology) }
    func restart() {
      for (position, solver) in joint.solvers.enumerated() {
        solver.begin(
          from: committed[position],
          injections: Injections(points[position], on: joint.networks[position]))
      }
    }
    _ = try joint.solve()
    let once = joint.solvers.map(\.voltages)
    restart()
    // Half a tick, thrown away.
    guard case .step(let steps) = try joint.border.judge(joint.begin(era: 2)) else { return }
    _ = zip(joint.solvers, steps).map { $0.advance($1) }
    restart()
    _ = try joint.solve()
    #expect(joint.solvers.map(\.voltages) == once)
  }

  @Test("Steps go to every segment in its own order of unknowns, and say who is settled")
  func stepsAreShaped() throws {
    let joint = try joint()
    let blocks = joint.begin()
    guard case .step(let steps) = try joint.border.judge(blocks) else {
      Issue.record("A flat start is not solved.")
      return
    }
    for (block, step) in zip(blocks, steps) {
      #expect(step.step.count == block.mismatch.count)
      #expect(step.stamp == block.stamp.next())
      #expect(step.isSettled == [false])
    }
  }
}
