import GridModel
import Quantities
import Testing

@testable import Assets

@Suite("A fleet")
struct AssetFleetTests {
  /// Assets of every kind at both buses.
  private func mixed(seed: UInt64 = 1) -> Topology {
    var topology = Topology.midsummer(seed: seed)
    topology.weather.cloudFronts = [
      .init(at_s: 36_000, heading_deg: 80, speed_km_per_h: 20, width_km: 10, depth: 0.7)
    ]
    for bus in ["west", "east"] as [Bus.ID] {
      topology.loads += [
        .make(.init("R-\(bus)"), at: bus, profile: "evening-peak"),
        .make(.init("CI-\(bus)"), at: bus, profile: "office-hours"),
      ]
      var generator = Generator(id: .init("G-\(bus)"), bus: bus)
      generator.p_MW = 5
      generator.profile = "industrial"
      topology.generators.append(generator)
      topology.photovoltaics.append(.make(.init("PV-\(bus)"), at: bus))
      topology.windTurbines.append(.make(.init("WT-\(bus)"), at: bus))
      topology.batteries.append(
        .make(
          .init("B-\(bus)"), at: bus,
          schedule: [.hours(22, 3, p_MW: -0.4), .hours(17, 20, p_MW: 0.5)]))
    }
    return topology
  }

  private func slice(_ topology: Topology, _ bus: Bus.ID) -> Topology {
    var slice = topology
    slice.buses.removeAll { $0.id != bus }
    slice.loads.removeAll { $0.bus != bus }
    slice.generators.removeAll { $0.bus != bus }
    slice.photovoltaics.removeAll { $0.bus != bus }
    slice.windTurbines.removeAll { $0.bus != bus }
    slice.batteries.removeAll { $0.bus != bus }
    return slice
  }

  private func day(of topology: Topology) -> [FleetPowers] {
    let fleet = AssetFleet(topology)
    var state = fleet.initialState()
    return topology.ticks.map { tick in
      let step = fleet.step(state, tick: tick)
      state = step.state
      return step.powers
    }
  }

  @Test(
    "A tick repeated from the same state gives the same bits", arguments: [1, 2, 3] as [UInt64])
  func stepsArePure(seed: UInt64) {
    let fleet = AssetFleet(mixed(seed: seed))
    let another = AssetFleet(mixed(seed: seed))
    var state = fleet.initialState()
    for tick: Int64 in 0..<96 {
      let step = fleet.step(state, tick: tick)
      let again = fleet.step(state, tick: tick)
      let elsewhere = another.step(state, tick: tick)
      #expect(step == again)
      #expect(step == elsewhere)
      state = step.state
    }
  }

  @Test("Another seed gives another day")
  func seedsDiffer() {
    #expect(day(of: mixed(seed: 1)) != day(of: mixed(seed: 2)))
  }

  @Test("Assets without a state can be computed in any order of ticks")
  func anyOrder() {
    let fleet = AssetFleet(mixed())
    let state = fleet.initialState()
    let forwards = (0..<96).map { fleet.step(state, tick: $0).powers }
    let backwards = (0..<96).reversed().map { fleet.step(state, tick: $0).powers }
    #expect(forwards == backwards.reversed())
  }

  @Test("Two halves of a topology give each asset the same powers as the whole")
  func halvesAgree() {
    let topology = mixed()
    let whole = day(of: topology)
    let west = day(of: slice(topology, "west"))
    let east = day(of: slice(topology, "east"))
    for tick in whole.indices {
      let parts = west[tick].all + east[tick].all
      #expect(parts.count == whole[tick].all.count)
      for power in whole[tick].all {
        #expect(parts.first { $0.asset == power.asset } == power)
      }
    }
  }

  @Test("Powers come in the order of the document, and totals are their sums")
  func orderAndTotals() {
    let powers = day(of: mixed())[48]
    #expect(powers.loads.map(\.asset.id) == ["R-west", "CI-west", "R-east", "CI-east"])
    #expect(powers.load_MW == powers.loads.reduce(0) { $0 + $1.p_MW })
    #expect(powers.photovoltaics_MW > 0 && powers.wind_MW > 0 && powers.generators_MW > 0)
    #expect(powers.loads[0].injected_MW == -powers.loads[0].p_MW)
    #expect(powers.windTurbines[0].injected_MW == powers.windTurbines[0].p_MW)
  }

  @Test("Powers at a time are those that the twin commits in the tick that contains it")
  func powersAtATime() {
    let topology = mixed()
    let fleet = AssetFleet(topology)
    for (tick, committed) in day(of: topology).enumerated() {
      let begin = topology.time.time(of: Int64(tick))
      #expect(fleet.powers(at: begin) == committed)
      #expect(fleet.powers(at: begin.advanced(by: 899)) == committed)
    }
  }

  @Test("On another day, also an earlier one, batteries begin anew at the same time of day")
  func powersOnAnotherDay() {
    let topology = mixed()
    let fleet = AssetFleet(topology)
    let committed = day(of: topology)
    for days: Int64 in [-400, -1, 1, 30] {
      for tick: Int64 in [0, 11, 12, 71, 95] {
        let powers = fleet.powers(at: topology.time.time(of: tick + days * 96))
        #expect(powers.batteries == committed[Int(tick)].batteries)
        #expect(powers.generators == committed[Int(tick)].generators)
      }
    }
  }

  @Test("An asset out of service is not in the powers")
  func outOfService() {
    var topology = mixed()
    topology.loads[0].inService = false
    topology.windTurbines[1].inService = false
    let powers = AssetFleet(topology).powers(at: topology.time.start)
    #expect(powers.loads.map(\.asset.id) == ["CI-west", "R-east", "CI-east"])
    #expect(powers.windTurbines.map(\.asset.id) == ["WT-west"])
  }
}
