import GridModel
import SparseAlgebra
import Testing

@testable import PowerFlow

@Suite("Situations of a joint power flow")
struct JointSituationTests {
  /// A chain of buses in segments "1" and "2" by turns, fed at its first bus.
  private func chain(_ buses: [Bus.ID], load_MW: Double = 10) -> Topology {
    var topology = Topology.make(buses: buses)
    topology.sources = [.make("grid", at: buses[0])]
    for (a, b) in zip(buses, buses.dropFirst()) {
      topology.branches.append(.make(.init("\(a)-\(b)"), a, b))
      topology.loads.append(.make(.init(b.text), at: b, load_MW, load_MW / 4))
    }
    let turns = Dictionary(
      grouping: buses.enumerated(), by: { SegmentPlan.ID("\($0.offset % 2 + 1)") })
    return topology.cut(turns.mapValues { $0.map(\.element) })
  }

  private func expectAgreement(
    _ topology: Topology, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> JointSolve {
    let whole = try WholeSolve(topology)
    let joint = try JointSolve(topology)
    let outcome = try joint.solve()
    guard case .solved(let iterations, let mismatch) = outcome.verdict else {
      Issue.record("\(outcome.verdict)", sourceLocation: sourceLocation)
      return joint
    }
    #expect(mismatch <= 1e-10, sourceLocation: sourceLocation)
    #expect(
      iterations.sorted() == whole.solution.iterations.sorted(), sourceLocation: sourceLocation)
    #expect(Set(outcome.voltages.keys) == Set(whole.voltages.keys), sourceLocation: sourceLocation)
    for (bus, voltage) in whole.voltages {
      #expect(
        (voltage - outcome.voltages[bus]!).magnitude < 1e-9, "bus \(bus)",
        sourceLocation: sourceLocation)
    }
    return joint
  }

  @Test("Two islands across both segments take their own numbers of iterations")
  func islandsAcrossSegments() throws {
    var topology = chain(["a", "b", "c", "d"], load_MW: 60)
    let other = chain(["e", "f", "g"], load_MW: 0.01)
    topology.merge(other)
    let joint = try expectAgreement(topology)
    #expect(joint.plan.islands.islands.map { $0.references[0].bus } == ["a", "e"])
    guard case .solved(let iterations, _) = try joint.solve().verdict else { return }
    // Solved already: the second time there is nothing to do.
    #expect(iterations == [0, 0])
    let counts = try WholeSolve(topology).solution.iterations
    #expect(counts[0] > counts[1])
  }

  @Test("A dark island across two segments stays dark beside a live one")
  func darkIslandAcrossSegments() throws {
    var topology = chain(["a", "b", "c"])
    var dark = chain(["x", "y", "z"])
    dark.sources = []
    dark.generators = [.make("G", at: "y", p_MW: 3)]
    topology.merge(dark)
    let joint = try expectAgreement(topology)
    #expect(Set(joint.voltages.keys) == ["a", "b", "c"])
    #expect(joint.plan.rows.filter { $0.role == .dark }.map(\.bus) == ["y"])
    #expect(joint.reports().map(\.totals.unserved_MW).reduce(0, +) == 20)
  }

  @Test("A source in one segment lights the island in the other")
  func sourceOnOneSide() throws {
    let joint = try expectAgreement(chain(["a", "b"]))
    #expect(joint.structures.map { $0.components.flatMap(\.candidates).count } == [1, 0])
    #expect(joint.plan.islands.islands.count == 1)
  }

  @Test("The reference is chosen over all segments, by weight and then by id")
  func referenceOverAllSegments() throws {
    var topology = chain(["a", "b", "c", "d"])
    topology.sources = []
    topology.generators = [
      .make("Z", at: "a", slackWeight: 1), .make("B", at: "b", v_pu: 1.01, slackWeight: 3),
      .make("A", at: "d", v_pu: 1.02, slackWeight: 3),
    ]
    let joint = try expectAgreement(topology)
    #expect(joint.plan.islands.references.map(\.bus) == ["d"])
    topology.generators[2].slackWeight = 2
    #expect(try expectAgreement(topology).plan.islands.references.map(\.bus) == ["b"])
  }

  @Test("Two ties side by side count twice")
  func parallelTies() throws {
    var topology = chain(["a", "b", "c"], load_MW: 40)
    topology.branches.append(.make("second", "b", "a", r: 0.02, x: 0.07, tap: 1.02))
    let joint = try expectAgreement(topology)
    let tied = joint.partition.ties.filter { [$0.from, $0.to].sorted() == ["a", "b"] }
    #expect(tied.count == 2)
    #expect(Set(tied.map(\.stampedBy)).count == 1)
  }

  @Test("Fused buses on the border are one row, whichever of them the ties end at")
  func fusedBorder() throws {
    var topology = Topology.make(buses: ["a", "b2", "b", "b3", "c", "d"])
    topology.switches = [.closed("S", "b", "b2"), .closed("T", "b3", "b")]
    topology.sources = [.make("grid", at: "a")]
    topology.branches = [
      .make("1", "a", "b"), .make("2", "b2", "c"), .make("3", "b3", "d"), .make("4", "c", "d"),
    ]
    topology.loads = [
      .make("1", at: "b3", 10, 2), .make("2", at: "c", 10, 2), .make("3", at: "d", 5, 1),
    ]
    topology.generators = [.make("G", at: "b", p_MW: 2, v_pu: 0.99)]
    topology = topology.cut(["2": ["a"], "1": ["b", "b2", "b3"], "3": ["c", "d"]])
    let joint = try expectAgreement(topology)
    #expect(joint.partition.border == ["b2"])
    #expect(joint.slices[2].representatives.map(\.standsFor) == ["b2", "b2"])
  }

  @Test("A tie out of service, and one that is open at an end, carry nothing")
  func deadTies() throws {
    var topology = chain(["a", "b", "c", "d"])
    topology.branches.append(.make("out", "a", "d", b: 0.3))
    topology.branches[3].inService = false
    topology.branches.append(.make("open", "d", "a", b: 0.3))
    for end in [Switch.End.from, .to] {
      topology.switches = [.open("S", ElementReference(.branch, "open"), end)]
      let joint = try expectAgreement(topology)
      #expect(!joint.partition.ties.contains { $0.element.id == "out" })
      let open = joint.reports().flatMap(\.branches).filter { $0.branch.id == "open" }
      #expect(open.count == 1)
      #expect(open[0].pFrom_MW == 0 || open[0].pTo_MW == 0)
    }
  }

  @Test("A border bus out of service takes its ties with it")
  func borderBusOutOfService() throws {
    var topology = chain(["a", "b", "c", "d"])
    topology.buses[1].inService = false
    topology.branches.append(.make("round", "a", "c"))
    let joint = try expectAgreement(topology)
    #expect(joint.voltages["b"] == nil)
  }

  @Test("A segment without any tie takes part as well")
  func segmentWithoutTies() throws {
    var topology = chain(["a", "b", "c"])
    topology.merge(chain(["lonely"]))
    topology.buses.append(Bus(id: "friend", nominalVoltage_kV: 110))
    topology.branches.append(.make("l", "lonely", "friend"))
    topology.loads.append(.make("l", at: "friend", 5, 1))
    topology = topology.cut(["1": ["a", "c"], "2": ["b"], "3": ["lonely", "friend"]])
    let joint = try expectAgreement(topology)
    #expect(joint.slices[2].border == [])
    #expect(joint.begin()[2].schur == [])
  }
}

extension Topology {
  /// Puts another grid beside this one, in the same segments.
  mutating func merge(_ other: Topology) {
    buses += other.buses
    sources += other.sources.map { source in
      var renamed = Source(id: .init("other-" + source.id.text), bus: source.bus)
      renamed.v_pu = source.v_pu
      return renamed
    }
    branches += other.branches
    loads += other.loads
    generators += other.generators
    for segment in other.segments {
      if let position = segments.firstIndex(where: { $0.id == segment.id }) {
        segments[position].buses += segment.buses
      } else {
        segments.append(segment)
      }
    }
  }
}
