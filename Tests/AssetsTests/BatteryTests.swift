import GridModel
import Quantities
import Testing

@testable import Assets

@Suite("Batteries")
struct BatteryTests {
  private func day(of battery: Battery) -> (powers: [Double], energies: [Double]) {
    var topology = Topology.midsummer()
    topology.batteries = [battery]
    let fleet = AssetFleet(topology)
    var state = fleet.initialState()
    var powers: [Double] = []
    var energies = [state.assets[0].energy_MWh]
    for tick in topology.ticks {
      let step = fleet.step(state, tick: tick)
      state = step.state
      powers.append(step.powers.batteries[0].p_MW)
      energies.append(state.assets[0].energy_MWh)
    }
    return (powers, energies)
  }

  @Test(
    "Energy is conserved over a day, with half of the loss each way",
    arguments: [20.0, 50, 81, 100])
  func energyIsConserved(efficiency_pct: Double) {
    let battery = Battery.make(
      "B", efficiency_pct: efficiency_pct,
      schedule: [
        .hours(1, 6, p_MW: -0.37), .hours(8, 12, p_MW: 0.41), .hours(13, 15, p_MW: -0.55),
        .hours(18, 22, p_MW: 0.5),
      ])
    let (powers, energies) = day(of: battery)
    let kept = (efficiency_pct / 100).squareRoot()
    let stored = powers.filter { $0 < 0 }.reduce(0) { $0 - $1 / 4 * kept }
    let drawn = powers.filter { $0 > 0 }.reduce(0) { $0 + $1 / 4 / kept }
    #expect(stored > 0.5 && drawn > 0.5)
    #expect(abs(energies.last! - energies.first! - stored + drawn) <= 1e-12 * (stored + drawn))
  }

  @Test("The state of charge never leaves 0 to 100 % by a bit", arguments: 0..<50)
  func energyStaysWithinBounds(seed: Int64) {
    let random = KeyedRandom(seed: 7, asset: .init(.battery, "\(seed)"))
    let schedule = (0..<24).map {
      Battery.ScheduleEntry.hours(
        $0, $0 + 1, p_MW: random.uniform(tick: $0, purpose: "p") * 2 - 1)
    }
    let (powers, energies) = day(
      of: Battery.make(
        "B", efficiency_pct: 60 + 40 * random.uniform(tick: 0, purpose: "e"), schedule: schedule))
    #expect(energies.allSatisfy { (0...1.2).contains($0) })
    #expect(powers.allSatisfy { (-0.6...0.5).contains($0) })
  }

  @Test("A full battery refuses more")
  func fullRefuses() {
    let (powers, energies) = day(
      of: Battery.make("B", soc_pct: 100, schedule: [.hours(0, 24, p_MW: -0.6)]))
    #expect(powers.allSatisfy { $0 == 0 })
    #expect(energies.allSatisfy { $0 == 1.2 })
  }

  @Test("An empty battery gives nothing")
  func emptyGivesNothing() {
    let (powers, energies) = day(
      of: Battery.make("B", soc_pct: 0, schedule: [.hours(0, 24, p_MW: 0.5)]))
    #expect(powers.allSatisfy { $0 == 0 })
    #expect(energies.allSatisfy { $0 == 0 })
  }

  @Test("The last tick before full takes what still fits")
  func fillsExactly() {
    // 0.06 MWh of room; an hour's quarter at 0.5 MW and √0.81 would store 0.1125 MWh.
    let battery = Battery.make(
      "B", soc_pct: 95, efficiency_pct: 81, schedule: [.hours(0, 24, p_MW: -0.5)])
    let (powers, energies) = day(of: battery)
    #expect(abs(powers[0] + 0.06 / 0.25 / 0.9) < 1e-12)
    #expect(energies[1] == 1.2)
    #expect(powers[1] == 0)
  }

  @Test("A schedule beyond the limits is held at them")
  func limitsHold() {
    let (powers, _) = day(
      of: Battery.make("B", schedule: [.hours(0, 1, p_MW: -5), .hours(1, 2, p_MW: 5)]))
    #expect(powers[0..<8] == [-0.6, -0.6, -0.6, -0.6, 0.5, 0.5, 0.5, 0.5])
  }

  @Test("Between entries nothing moves; without a schedule the power is as written")
  func betweenEntries() {
    #expect(day(of: .make("B", schedule: [.hours(3, 4, p_MW: 0.1)])).powers[0] == 0)
    var unscheduled = Battery.make("B")
    unscheduled.p_MW = -0.1
    #expect(day(of: unscheduled).powers[0] == -0.1)
  }

  @Test("An entry that ends before it begins goes on after midnight")
  func wrapsMidnight() {
    let battery = Battery.make("B", schedule: [.hours(22, 2, p_MW: 0.05)])
    let hours = (0..<24).filter { battery.setPoint_MW(at: $0 * 3_600) != 0 }
    #expect(hours == [0, 1, 22, 23])
    #expect(battery.setPoint_MW(at: 2 * 3_600 - 1) == 0.05)
  }

  @Test("A battery out of service, or at a bus out of service, keeps its energy and gives no power")
  func outOfService() {
    var topology = Topology.midsummer()
    topology.buses[1].inService = false
    topology.batteries = [
      .make("off", schedule: [.hours(0, 24, p_MW: 0.1)]),
      .make("on", schedule: [.hours(0, 24, p_MW: 0.1)]),
      .make("dark", at: "east", schedule: [.hours(0, 24, p_MW: 0.1)]),
    ]
    topology.batteries[0].inService = false
    let fleet = AssetFleet(topology)
    let step = fleet.step(fleet.initialState(), tick: 0)
    #expect(step.powers.batteries.map(\.asset.id) == ["on"])
    #expect(step.state.assets.map { $0.energy_MWh < 0.6 } == [false, true, false])
  }
}
