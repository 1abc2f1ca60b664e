import GridModel
import PowerFlow
import Testing

@testable import Twin

/// Neighbours compare both ends of every tie, segment to segment.
struct TieTests {
  @Test("On a solved tick both ends of every tie agree to 1e-9 MVA")
  func agreement() throws {
    for topology in [Grids.cigre, Grids.ieee118] {
      for report in try SimulatedTwin(topology).run(ticks: 3).reports {
        #expect(report.ties.mismatch_MVA < 1e-9)
      }
    }
  }

  @Test("A tie whose model one segment has wrong is named with its mismatch", arguments: [0, 1])
  func falsified(teller: Int) throws {
    let tie = ElementReference(.line, "3-8")
    let owners = ["feeder-1-lower", "feeder-1-upper"]
    let bench = try SegmentBench(Grids.cigre) { slice in
      guard slice.segment.text == owners[teller] else { return }
      let position = slice.topology.lines.firstIndex { $0.reference == tie }!
      slice.topology.lines[position].x_ohm_per_km *= 1.5
    }
    try bench.solve(0)
    let reports = try bench.conclude(0).map(\.report)
    // The segment that counts the tie finds its own model right; the other one sees the lie.
    let counting = bench.segments.firstIndex { segment in
      segment.slice.ties.contains { $0.element == tie && $0.isStampedHere }
    }!
    let other = reports[1 - counting].ties
    #expect(other.worst == tie)
    #expect(other.mismatch_MVA > 1e-3)
    #expect(other.mismatch_MVA.isFinite)
    #expect(reports[2].ties.mismatch_MVA < 1e-9, "Its own ties are in order.")
    let joined = TickReport(
      tick: 0, time: Grids.cigre.time.start, era: 1, segments: reports, states: [], iterations: [3],
      roundTrips: 4)
    #expect(joined.ties == other)
  }

  @Test("Each segment asks each neighbour once a tick, and the traffic counts it")
  func traffic() throws {
    let twin = try SimulatedTwin(Grids.cigre)
    let pairs = twin.plan.slices.map(\.neighbours.count).reduce(0, +)
    #expect(pairs == 6)
    try twin.runtime.run {
      let processes = try await twin.form()
      let coordinator = processes.coordinator
      #expect(try await coordinator.locally { await $0.traffic()?.segmentCalls } == 0)
      for ticks in 1...3 {
        _ = try await coordinator.runTick()
        let traffic = try #require(try await coordinator.locally { await $0.traffic() })
        #expect(traffic.segmentCalls == ticks * pairs)
        #expect(traffic.calls > traffic.segmentCalls)
        #expect(traffic.bytes > 0)
      }
      await processes.shutdown()
    }
  }
}
