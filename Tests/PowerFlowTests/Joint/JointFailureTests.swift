import GridModel
import Testing

@testable import PowerFlow

@Suite("A joint power flow without a solution")
struct JointFailureTests {
  private func failures(
    _ topology: Topology, _ options: NewtonOptions = .init()
  ) -> [IslandFailure] {
    do {
      _ = try WholeSolve(topology, options: options)
      return []
    } catch {
      switch error {
      case .notConverged(let failures): return failures
      }
    }
  }

  private func jointFailure(
    _ topology: Topology, _ options: NewtonOptions = .init()
  ) throws -> IslandFailure? {
    let verdict = try JointSolve(topology, options: options).solve().verdict
    guard case .failed(let failure) = verdict else { return nil }
    return failure
  }

  @Test("Ten times the load fails as in one process", arguments: ["ieee118", "cigre-mv"])
  func tenfoldLoad(name: String) throws {
    var topology = try Topology.inRepository(name)
    for position in topology.loads.indices {
      topology.loads[position].p_MW *= 10
      topology.loads[position].q_Mvar *= 10
    }
    let joint = try #require(try jointFailure(topology))
    let whole = try #require(failures(topology).first)
    #expect(joint.island == whole.island)
    #expect(joint.worstBus == whole.worstBus)
    #expect(joint.iterations == whole.iterations)
    #expect(abs(joint.mismatch_MVA - whole.mismatch_MVA) < 1e-6 * whole.mismatch_MVA)
  }

  @Test("The island that fails is named, not one that is solved and began farther off")
  func failingIslandIsNamed() throws {
    // The first begins 7 pu off and is solved. The second is thrown 20,000 pu off by its first
    // step, for its branches nearly cancel, and has not come back after six.
    var topology = FailureTests.islands([700, 10, 3])
    topology.branches[0].x_pu = 0.05
    topology.branches.append(.make("again", "near1", "far1", r: 0, x: -0.5000001))
    topology = topology.cut(["1": ["near0", "far1", "near2"], "2": ["far0", "near1", "far2"]])
    var options = NewtonOptions()
    options.maxIterations = 6
    let whole = failures(topology, options)
    #expect(whole.map(\.worstBus) == ["far1"])
    let joint = try #require(try jointFailure(topology, options))
    #expect(joint.worstBus == "far1")
    #expect(joint.iterations == whole[0].iterations)
    #expect(abs(joint.mismatch_MVA - whole[0].mismatch_MVA) < 1e-6 * joint.mismatch_MVA)
  }

  /// Two branches of equal size and opposite sign: nothing joins b and c, although both are there.
  private func singular(_ segments: [SegmentPlan.ID: [Bus.ID]]) -> Topology {
    var topology = Topology.make(buses: ["a", "b", "c", "d"])
    topology.sources = [.make("grid", at: "a")]
    topology.branches = [
      .make("1", "a", "b"), .make("2", "b", "c", r: 0, x: 0.5), .make("3", "b", "c", r: 0, x: -0.5),
      .make("4", "a", "d"),
    ]
    topology.loads = [.make("L", at: "c", 10, 0), .make("D", at: "d", 5, 0)]
    return topology.cut(segments)
  }

  @Test(
    "A singular interior fails as in one process",
    arguments: [
      ["1": ["a", "d"], "2": ["b", "c"]], ["1": ["a", "b", "c"], "2": ["d"]],
    ] as [[SegmentPlan.ID: [Bus.ID]]])
  func singularInterior(segments: [SegmentPlan.ID: [Bus.ID]]) throws {
    let topology = singular(segments)
    let joint = try JointSolve(topology)
    let isHere = joint.begin().map(\.isEliminated)
    #expect(isHere.contains(false))
    // An island is called after its first bus in the first segment, so that name may differ.
    let whole = failures(topology)
    let failure = try #require(try jointFailure(topology))
    #expect(whole.map(\.worstBus) == [failure.worstBus])
    #expect(whole.map(\.iterations) == [failure.iterations])
    #expect(whole.map(\.mismatch_MVA) == [failure.mismatch_MVA])
  }

  @Test("A singular segment without any border fails at once")
  func singularSegmentWithoutBorder() throws {
    var topology = singular(["2": ["a", "b", "c", "d"]])
    topology.buses.append(Bus(id: "e", nominalVoltage_kV: 110))
    topology.sources.append(.make("other", at: "e"))
    topology.segments.append(SegmentPlan(id: "1", buses: ["e"]))
    let joint = try JointSolve(topology)
    let outcome = try joint.solve()
    guard case .failed(let failure) = outcome.verdict else {
      Issue.record("\(outcome.verdict)")
      return
    }
    #expect(outcome.roundTrips == 1)
    #expect(failure.worstBus == "c")
    #expect(failure.iterations == 0)
  }

  @Test(
    "A power that is not a number fails, wherever it stands",
    arguments: ["b", "c", "d"] as [Bus.ID])
  func notANumberFails(bus: Bus.ID) throws {
    var topology = Topology.make(buses: ["a", "b", "c", "d"])
    topology.sources = [.make("grid", at: "a")]
    topology.branches = [.make("1", "a", "b"), .make("2", "b", "c"), .make("3", "c", "d")]
    topology.loads = [.make("L", at: bus, .nan, 0)]
    topology = topology.cut(["1": ["a", "b"], "2": ["c", "d"]])
    #expect(try jointFailure(topology)?.worstBus == bus)
  }
}
