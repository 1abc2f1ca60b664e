import Testing

@testable import Balancing
@testable import ConvexOptimization

@Suite("A plan over a horizon")
struct HorizonTests {
  @Test("has periods that grow with their distance, without gaps, and cover all steps")
  func periods() {
    #expect(Horizon(steps: 1).periods == [0..<1])
    #expect(Horizon(steps: 6).periods == [0..<1, 1..<2, 2..<4, 4..<6])
    for steps in 1...200 {
      let horizon = Horizon(steps: steps)
      #expect(horizon.steps == steps)
      #expect(horizon.periods[0] == 0..<1)
      for (one, next) in zip(horizon.periods, horizon.periods.dropFirst()) {
        #expect(one.upperBound == next.lowerBound)
      }
      for step in 0..<steps {
        #expect(horizon.periods[horizon.period(of: step)].contains(step))
      }
    }
    #expect(Horizon(steps: 96).periods.count == 11)
  }

  /// Two rows a region, with a line between them and a tie from row 1 of `a` to row 0 of `b`. A cheap
  /// machine stands in `a`, a dear one and a store in `b`.
  private static func regions(limit: Double?) -> [HorizonRegion] {
    let hours = [0.25, 0.25, 0.5]
    var a = HorizonRegion(hours: hours, rowCount: 3, ownRowCount: 2)
    a.demand = [[0.1, 0.2], [0.1, 0.3], [0.1, 0.1]]
    a.lines = [line(0, 1, nil), line(1, 2, limit)]
    a.references = [(0, 0)]
    a.units = [unit(at: 0, quadratic: 500, linear: 2_000)]
    a.links = [HorizonRegion.Link(rows: [1, 2], isOwn: [true, false], ties: [1])]
    var b = HorizonRegion(hours: hours, rowCount: 3, ownRowCount: 2)
    b.demand = [[0.2, 0.2], [0.6, 0.4], [0.2, 0.1]]
    b.lines = [line(0, 1, nil), line(2, 0, nil)]
    b.units = [unit(at: 1, quadratic: 900, linear: 4_000)]
    b.stores = [store(at: 1)]
    b.links = [HorizonRegion.Link(rows: [2, 0], isOwn: [false, true], ties: [1])]
    return [a, b]
  }

  /// The same in one region.
  private static func whole(limit: Double?) -> HorizonRegion {
    let parts = regions(limit: limit)
    var whole = HorizonRegion(hours: parts[0].hours, rowCount: 4, ownRowCount: 4)
    whole.demand = zip(parts[0].demand, parts[1].demand).map { $0 + $1 }
    whole.lines = [line(0, 1, nil), line(1, 2, limit), line(2, 3, nil)]
    whole.references = [(0, 0)]
    whole.units = [parts[0].units[0], parts[1].units[0]]
    whole.units[1].row = 3
    whole.stores = [store(at: 3)]
    return whole
  }

  private static func line(_ from: Int, _ to: Int, _ limit: Double?) -> HorizonRegion.Line {
    HorizonRegion.Line(
      from: from, to: to, susceptance: 10, shift: 0, band: limit.map { (-$0, $0) })
  }

  private static func unit(
    at row: Int, quadratic: Double, linear: Double
  ) -> HorizonRegion.Unit {
    HorizonRegion.Unit(
      row: row, lower: [0, 0, 0], upper: [2, 2, 2],
      quadratic: [Double](repeating: quadratic, count: 3),
      linear: [Double](repeating: linear, count: 3))
  }

  private static func store(at row: Int) -> HorizonRegion.Store {
    HorizonRegion.Store(
      row: row, charge: [0.3, 0.3, 0.3], discharge: [0.3, 0.3, 0.3], kept: 0.95, energy: 0.04,
      lower: [0, 0, 0.04], upper: [0.1, 0.1, 0.1], linear: 100, quadratic: 50)
  }

  private static func agree(_ regions: [HorizonRegion], rounds: Int) throws -> [RegionConsensus] {
    let figures = regions.map { TieFigures(of: 0, in: $0) }
    var agents = try [
      RegionConsensus(regions[0], neighbors: [figures[1]], from: [], price: 4_000),
      RegionConsensus(regions[1], neighbors: [figures[0]], from: [], price: 4_000),
    ]
    for _ in 0..<rounds {
      let told = agents.indices.map { agents[$0].step() }
      agents[0].absorb(told[1])
      agents[1].absorb(told[0])
    }
    return agents
  }

  @Test("of two regions is that of the whole, within a limit and without", arguments: [nil, 0.5])
  func agreement(limit: Double?) throws {
    var central = try RegionConsensus(
      Self.whole(limit: limit), neighbors: [], from: [], price: 4_000)
    _ = central.step()
    central.absorb([])
    #expect(central.residual == 0)
    let parts = try Self.agree(Self.regions(limit: limit), rounds: 150)
    #expect(parts[0].residual < 1e-5)
    let cost = parts[0].objective + parts[1].objective
    #expect(abs(cost - central.objective) < 1e-4 * central.objective)
    for period in 0..<3 {
      let (a, b) = (parts[0].decision(period: period), parts[1].decision(period: period))
      let all = central.decision(period: period)
      #expect(abs(a.units[0] - all.units[0]) < 1e-3)
      #expect(abs(b.units[0] - all.units[1]) < 1e-3)
      #expect(abs(b.stores[0] - all.stores[0]) < 1e-3)
      if let limit {
        // Left by as little as the price of leaving it allows.
        #expect(all.flows[1] <= limit + 5e-3)
      }
    }
    if limit == nil { #expect(central.decision(period: 1).flows[1] > 0.5) }
  }

  @Test("stores what the dear period needs, and is back at the end")
  func storing() throws {
    var central = try RegionConsensus(
      Self.whole(limit: 0.5), neighbors: [], from: [], price: 4_000)
    _ = central.step()
    let powers = (0..<3).map { central.decision(period: $0).stores[0] }
    #expect(powers[1] > 0.1)
    #expect(powers[2] < 0)
    var energy = 0.04
    for (power, hours) in zip(powers, [0.25, 0.25, 0.5]) {
      energy += (power < 0 ? -power * 0.95 : -power / 0.95) * hours
      #expect(energy > -1e-6 && energy < 0.1 + 1e-6)
    }
    #expect(energy > 0.04 - 1e-6)
  }

  @Test("that cannot keep a limit leaves it instead of having no plan")
  func overload() throws {
    var whole = Self.whole(limit: 0.1)
    whole.units[1].upper = [0, 0, 0]
    var central = try RegionConsensus(whole, neighbors: [], from: [], price: 4_000)
    _ = central.step()
    central.absorb([])
    #expect(central.residual == 0)
    #expect(central.decision(period: 1).flows[1] > 0.1)
  }

  @Test("does not move for words that are none")
  func nonsense() throws {
    let regions = Self.regions(limit: nil)
    var agent = try RegionConsensus(
      regions[0], neighbors: [TieFigures(of: 0, in: regions[1])], from: [], price: 4_000)
    _ = agent.step()
    let before = agent.pulls
    agent.absorb([[.nan]])
    #expect(agent.pulls == before)
    #expect(agent.residual == .infinity)
    #expect(TieFigures(words: [1, .infinity]) == nil)
    #expect(TieFigures(words: []) == nil)
  }
}
