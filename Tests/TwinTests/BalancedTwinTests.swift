import Assets
import GridModel
import PowerFlow
import SimulatedCluster
import Testing

@testable import Twin

/// Segments that find their set-points among themselves.
struct BalancedTwinTests {
  @Test(
    "A balanced twin commits the same bits as its segments in one value, in every order of events",
    arguments: [1, 2, 3] as [UInt64], [BalancingPlan.Algorithm.admm, .tree])
  func oneProcess(seed: UInt64, algorithm: BalancingPlan.Algorithm) throws {
    let grid = Grids.evening.balanced(algorithm, steps: 12)
    let alone = try OneProcessTwin(grid)
    let expected = try (0..<3).map { _ in try alone.tick() }
    let run = try SimulatedTwin(grid, seed: seed).run(ticks: 3)
    #expect(run.reports.map(\.fingerprint) == expected.map(\.fingerprint))
    #expect(run.reports.map(\.balance) == expected.map(\.balance))
    #expect(run.reports.allSatisfy { $0.balance!.rounds > 2 })
  }

  @Test("What schedules decide has the same bits with prices and without")
  func scheduled() throws {
    var plain = Grids.evening
    plain.balancing = nil
    let (priced, unpriced) = (try OneProcessTwin(Grids.evening), try OneProcessTwin(plain))
    for _ in 0..<4 {
      let (a, b) = (try priced.tick(), try unpriced.tick())
      #expect(a.fingerprint == b.fingerprint)
      #expect(a.balance!.cost > 0)
      #expect(b.balance == nil)
    }
  }

  @Test(
    "A day costs within a thousandth of the optimum of each plan, and less than by schedules",
    arguments: [(Grids.cigre, 32), (Grids.ieee118, 8)])
  func cost(grid: Topology, ticks: Int) throws {
    func cost(_ twin: OneProcessTwin) throws -> Double {
      try (0..<ticks).reduce(0) { sum, _ in sum + (try twin.tick().balance!.cost) }
    }
    let optimum = try cost(.central(grid))
    let found = try cost(OneProcessTwin(grid.balanced(.admm)))
    #expect(abs(found - optimum) <= 1e-3 * optimum)
  }

  @Test("A whole day is cheaper than by schedules, and its peak import lower; no energy is lost")
  func day() throws {
    let (balanced, scheduled) = (
      try OneProcessTwin(Grids.cigre.balanced(.admm)), try OneProcessTwin.scheduled(Grids.cigre)
    )
    var (cost, peak, load) = ([0.0, 0.0], [0.0, 0.0], [0.0, 0.0])
    for _ in 0..<96 {
      for (place, twin) in [balanced, scheduled].enumerated() {
        let report = try twin.tick()
        cost[place] += report.balance!.cost
        peak[place] = max(peak[place], report.totals.import_MW)
        load[place] += report.totals.load_MW
        #expect(report.violations == 0)
        #expect(report.balance!.curtailed_MW > -1e-12)
      }
    }
    #expect(cost[0] < 0.97 * cost[1])
    #expect(peak[0] < 0.95 * peak[1])
    // What moved in the day was drawn in the day.
    #expect(abs(load[0] - load[1]) < 1e-6 * load[1])
  }

  @Test("A transformer that schedules overload stays within its limit in the solved grid")
  func limit() throws {
    let grid = Grids.cigre.withLoads(times: 1.22).starting(after: 17 * 3_600)
    let (balanced, scheduled) = (
      try OneProcessTwin(grid.balanced(.admm)), try OneProcessTwin.scheduled(grid)
    )
    var (worst, without) = (0.0, 0.0)
    for _ in 0..<16 {
      worst = max(worst, try balanced.tick().loading!.value)
      without = max(without, try scheduled.tick().loading!.value)
    }
    #expect(without > 100)
    #expect(worst <= 100)
  }

  @Test("Tree sums are the cheapest dispatch of a tick without a network")
  func tree() throws {
    let (tree, scheduled) = (
      try OneProcessTwin(Grids.ieee118.balanced(.tree)),
      try OneProcessTwin.scheduled(Grids.ieee118)
    )
    // Before the first tick nobody knows the losses.
    _ = (try tree.tick(), try scheduled.tick())
    let (found, before) = (try tree.tick(), try scheduled.tick())
    #expect(found.balance!.cost < before.balance!.cost)
    // The reference gives what its set-point leaves; the others share one price.
    let machines = Grids.ieee118.generators.filter { $0.slackWeight == 0 }
    let setPoints = tree.setPoints
    let prices = machines.compactMap { machine -> Double? in
      guard let p_MW = setPoints[machine.reference], let limits = machine.pLimits_MW,
        p_MW > limits.lowerBound + 1e-6, p_MW < limits.upperBound - 1e-6
      else { return nil }
      return machine.cost!.slope(at: p_MW)
    }
    #expect(prices.count > 10)
    #expect(prices.max()! - prices.min()! < 0.05)
  }

  @Test("A tick that balances does not begin before its set-points are found")
  func tooEarly() throws {
    let bench = try SegmentBench(Grids.balancedEvening)
    #expect(throws: SegmentError.notBalanced(tick: 0)) { _ = try bench.begin(0) }
    try bench.solve(0)
  }

  @Test("A grid without a linear model is refused before anything starts")
  func noReactance() throws {
    var grid = Grids.ieee118.balanced(.admm)
    grid.branches[0].x_pu = 0
    let failure = #expect(throws: TwinFailure.self) { _ = try TwinPlan(grid) }
    guard case .cannotBalance(let why) = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(why.contains("branch:1 has no reactance"))
    #expect(throws: Never.self) { _ = try TwinPlan(grid.balanced(.schedule)) }
  }

  @Test("A round that is not the neighbour's is refused")
  func otherRound() throws {
    let bench = try SegmentBench(Grids.balancedEvening)
    var run = try #require(try bench.segments[0].balance(tick: 0))
    var told = run.outgoing()
    told[0].round += 1
    #expect(throws: SegmentError.wrongRound) { try run.absorb(told) }
    #expect(throws: SegmentError.wrongTick(given: 0, committed: -1)) {
      try bench.segments[0].accept(run)
    }
    #expect(throws: SegmentError.wrongTick(given: 3, committed: -1)) {
      _ = try bench.segments[0].balance(tick: 3)
    }
  }

  @Test("A balanced state and a message of a round survive the wire to the last bit")
  func wire() throws {
    let bench = try SegmentBench(Grids.balancedEvening)
    try bench.solve(0)
    for conclusion in try bench.conclude(0) {
      let state = try SegmentState(decoding: conclusion.state)
      #expect(state.balance!.setPoints.entries.count > 1)
      #expect(state.balance!.pulls.isEmpty == false)
      #expect(try state.encoded() == conclusion.state)
      #expect(try SegmentReport(decoding: conclusion.report.encoded()) == conclusion.report)
    }
    let message = BalanceMessage(
      round: 7, note: .init(calm: 2, end: 40), words: [-0.0, .leastNonzeroMagnitude, .pi])
    #expect(try BalanceMessage(decoding: message.encoded()) == message)
  }

  @Test("A node that dies at any message of a balanced tick changes no bit")
  func death() throws {
    let grid = Grids.evening.balanced(.tree)
    let expected = try SimulatedTwin(grid).run(ticks: 3)
    // Enough to meet every kind of message of the tick.
    for index in stride(from: 30, to: 150, by: 7) {
      let twin = try SimulatedTwin(grid)
      let run = try twin.runtime.run { () -> TwinRun in
        let processes = try await twin.form()
        twin.network.onMessage { if $0.index == index { twin.network.crash("middle") } }
        let run = try await TwinRun.record(3, of: processes.coordinator)
        twin.network.onMessage(nil)
        await processes.shutdown()
        return run
      }
      #expect(run.bits == expected.bits, "at message \(index)")
      #expect(run.reports.map(\.fingerprint) == expected.reports.map(\.fingerprint))
    }
  }

  @Test("A node that dies between two rounds of agreement changes no bit")
  func deathInMidRound() throws {
    let expected = try SimulatedTwin(Grids.balancedEvening).run(ticks: 3)
    for exchange in [1, 2, 9, 30] {
      let twin = try SimulatedTwin(Grids.balancedEvening)
      let log = MessageLog()
      let run = try twin.runtime.run { () -> TwinRun in
        let processes = try await twin.form()
        twin.network.onMessage { message in
          guard message.target == "exchange(_:with:at:)" else { return }
          log.append(message)
          if log.messages.count == exchange { twin.network.crash("south") }
        }
        let run = try await TwinRun.record(3, of: processes.coordinator)
        twin.network.onMessage(nil)
        await processes.shutdown()
        return run
      }
      #expect(log.messages.count > exchange)
      #expect(run.bits == expected.bits, "after \(exchange) rounds")
    }
  }
}
