import Assets
import GridModel
import PowerFlow
import Testing
import TwinStore

@testable import Twin

/// What a store keeps is enough to say again what the twin reported.
struct HistoryTests {
  enum Grid: CaseIterable {
    case evening, noon, meshed, balanced

    var topology: Topology {
      switch self {
      case .evening: Grids.evening
      case .noon: Grids.cigre.starting(after: 12 * 3_600)
      case .meshed: Grids.ieee118
      case .balanced: Grids.balancedEvening
      }
    }
  }

  @Test(
    "The past of a segment is what the twin reported, to the last bit", arguments: Grid.allCases)
  func segments(grid: Grid) throws {
    let past = try Past(grid.topology, ticks: 6)
    for tick in past.commits.indices {
      for (position, segment) in past.segments.enumerated() {
        let flow = try past.report(of: segment, tick: tick)
        var reported = past.reports[tick][position]
        reported.ties = TieAgreement()
        // How set-points were found is over with the tick; what they cost is not.
        reported.balance?.rounds = 0
        reported.balance?.residual = 0
        #expect(SegmentReport(ofPast: flow) == reported)
      }
    }
  }

  @Test(
    "The past of every bus and branch agrees with one process",
    arguments: [Grid.evening, .noon, .meshed])
  func elements(grid: Grid) throws {
    let topology = grid.topology
    let past = try Past(topology, ticks: 4)
    let fleet = AssetFleet(topology)
    for tick in past.commits.indices {
      let time = topology.time.time(of: Int64(tick))
      let whole = try PowerFlow(
        topology, at: OperatingPoint(fleet.powers(at: time), of: topology)
      ).solve().report
      let parts = try past.segments.map { try past.report(of: $0, tick: tick).flow }
      let buses = Dictionary(
        uniqueKeysWithValues: parts.flatMap(\.buses).map { ($0.bus, $0) })
      let branches = Dictionary(
        uniqueKeysWithValues: parts.flatMap(\.branches).map { ($0.branch, $0) })
      #expect(buses.count == whole.buses.count)
      #expect(branches.count == whole.branches.count)
      for bus in whole.buses { #expect(try #require(buses[bus.bus]).isNear(bus)) }
      for branch in whole.branches {
        #expect(try #require(branches[branch.branch]).isNear(branch))
      }
    }
  }

  @Test("Powers follow from the state before, and without it there are none")
  func needsPredecessor() throws {
    let past = try Past(Grids.evening, ticks: 3)
    let segment = past.segments[0]
    for before in [nil, past.commits[0], past.commits[2]] {
      #expect(throws: HistoryError.noPredecessor(tick: 2)) {
        _ = try past.history.report(of: segment, before: before, after: past.commits[2])
      }
    }
    _ = try past.history.report(of: segment, before: nil, after: past.commits[0])
  }

  @Test("A state that is missing, torn or of another segment is refused")
  func refusesStates() throws {
    let past = try Past(Grids.evening, ticks: 1)
    let segment = past.segments[0]
    var commit = past.commits[0]
    commit.states.removeFirst()
    #expect(throws: HistoryError.noState(segment, tick: 0)) {
      _ = try past.history.report(of: segment, before: nil, after: commit)
    }
    commit = past.commits[0]
    commit.states[0].state.removeLast()
    expectUnreadable(commit, past)
    commit.states[0].state = past.commits[0].states[1].state
    expectUnreadable(commit, past)
  }

  private func expectUnreadable(_ commit: Commit, _ past: Past) {
    #expect {
      _ = try past.history.report(of: past.segments[0], before: nil, after: commit)
    } throws: { error in
      if case .unreadable(past.segments[0], tick: 0, _) = error as? HistoryError {
        true
      } else {
        false
      }
    }
  }

  @Test("A bus, a branch and a segment are found by the names of the document")
  func names() throws {
    let history = try Past(Grids.cigre, ticks: 1).history
    let owner = Dictionary(
      uniqueKeysWithValues: Grids.cigre.segments.flatMap { segment in
        segment.buses.map { ($0, segment.id) }
      })
    for bus in Grids.cigre.buses {
      #expect(try history.segment(ofBus: bus.id) == owner[bus.id])
    }
    for line in Grids.cigre.lines {
      let found = try history.branch(named: "\(line.reference)")
      #expect(found.element == line.reference)
      #expect([owner[line.from], owner[line.to]].contains(found.segment))
      #expect(try history.branch(named: line.id.text).element == line.reference)
    }
    for segment in Grids.cigre.segments {
      #expect(try history.segment(named: segment.id.text) == segment.id)
    }
  }

  @Test("An unknown name comes back with the closest ones")
  func unknownNames() throws {
    let history = try Past(Grids.cigre, ticks: 1).history
    #expect(
      throws: HistoryNameError.unknown(
        kind: "segment", name: "feeder2", hint: "closest is 'feeder-2'")
    ) { _ = try history.segment(named: "feeder2") }
    #expect(throws: HistoryNameError.self) { _ = try history.segment(ofBus: "1o1") }
    #expect {
      _ = try history.branch(named: "line:6-8")
    } throws: { error in
      "\(error)".hasPrefix("the store has no branch 'line:6-8'; closest")
    }
  }

  @Test("An id that two kinds share needs its kind")
  func ambiguousNames() throws {
    var topology = Grids.ring(interior: 2)
    let first = topology.branches[0]
    topology.lines = [
      Line(
        id: Line.ID(first.id.text), from: first.from, to: first.to, length_km: 1, r_ohm_per_km: 1,
        x_ohm_per_km: 1)
    ]
    let history = try Past(topology, ticks: 1).history
    let element = ElementReference(.line, first.id.text)
    #expect(
      throws: HistoryNameError.ambiguous(first.id.text, [first.reference, element])
    ) { _ = try history.branch(named: first.id.text) }
    #expect(try history.branch(named: "line:\(first.id)").element == element)
  }
}

/// A twin's first ticks: what it reported, and what its store has of them.
private struct Past {
  let history: History
  let segments: [SegmentPlan.ID]
  var commits: [Commit] = []
  /// For each tick, for each segment by id.
  var reports: [[SegmentReport]] = []

  init(_ topology: Topology, ticks: Int64) throws {
    let bench = try SegmentBench(topology)
    segments = bench.segments.map(\.slice.segment)
    // A store has slices as bytes.
    history = History(
      try bench.segments.map { try SegmentSlice(decoding: try $0.slice.encoded()) }.reversed())
    for tick in 0..<ticks {
      try bench.solve(tick)
      let conclusions = try bench.conclude(tick)
      reports.append(conclusions.map(\.report))
      commits.append(
        Commit(
          tick: tick,
          states: zip(segments, conclusions).map { segment, conclusion in
            SegmentRecord(segment: segment.text, state: conclusion.state)
          }))
      try bench.commit(tick)
    }
  }

  func report(of segment: SegmentPlan.ID, tick: Int) throws -> History.PastTick {
    let sources = Set(history.sources(of: segment).map(\.text))
    func part(_ commit: Commit) -> Commit {
      Commit(tick: commit.tick, states: commit.states.filter { sources.contains($0.segment) })
    }
    return try history.report(
      of: segment, before: tick == 0 ? nil : part(commits[tick - 1]), after: part(commits[tick]))
  }
}

/// Two converged solves of one grid agree to this, in MW.
private let agreement_MW = 1e-6

private func areNear(_ a: Double?, _ b: Double?, within tolerance: Double) -> Bool {
  guard let a, let b else { return a == nil && b == nil }
  return abs(a - b) <= tolerance
}

extension FlowReport.BusResult {
  fileprivate func isNear(_ other: Self) -> Bool {
    role == other.role && island == other.island && areNear(v_pu, other.v_pu, within: 1e-9)
      && areNear(angle_deg, other.angle_deg, within: 1e-7)
      && areNear(p_MW, other.p_MW, within: agreement_MW)
      && areNear(q_Mvar, other.q_Mvar, within: agreement_MW)
  }
}

extension FlowReport.BranchResult {
  fileprivate func isNear(_ other: Self) -> Bool {
    isEnergised == other.isEnergised && areNear(loading_pct, other.loading_pct, within: 1e-6)
      && areNear(pFrom_MW, other.pFrom_MW, within: agreement_MW)
      && areNear(qFrom_Mvar, other.qFrom_Mvar, within: agreement_MW)
      && areNear(pTo_MW, other.pTo_MW, within: agreement_MW)
      && areNear(qTo_Mvar, other.qTo_Mvar, within: agreement_MW)
  }
}
