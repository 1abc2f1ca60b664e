import GridModel
import Quantities
import Testing

@testable import Assets

@Suite("Wind")
struct WindTests {
  private func day(of topology: Topology) -> [AssetPower] {
    let fleet = AssetFleet(topology)
    return topology.ticks.map { fleet.step(fleet.initialState(), tick: $0).powers.windTurbines[0] }
  }

  private var oneTurbine: Topology {
    var topology = Topology.midsummer()
    topology.windTurbines = [.make("WT", at: "west")]
    return topology
  }

  @Test(
    "The power curve stands still below cut-in and above cut-out, and is full from rated speed",
    arguments: [(0, 0), (3, 0), (12, 1), (24.9, 1), (25, 0), (40, 0)] as [(Double, Double)])
  func curve(speed_m_per_s: Double, share: Double) {
    #expect(WindPowerCurve.share(at: speed_m_per_s) == share)
  }

  @Test("Between cut-in and rated speed more wind is more power")
  func curveRises() {
    let shares = (30...120).map { WindPowerCurve.share(at: Double($0) / 10) }
    #expect(zip(shares, shares.dropFirst()).allSatisfy(<))
  }

  @Test("A gust raises the power for its duration and not a tick longer")
  func gustRaises() {
    var topology = oneTurbine
    let calm = day(of: topology)
    topology.weather.gusts = [.init(at_s: 17 * 3_600, duration_s: 2_700, rise_m_per_s: 9)]
    let gusty = day(of: topology)
    let raised = calm.indices.filter { gusty[$0].p_MW > calm[$0].p_MW }
    #expect(raised == [68, 69, 70])
    #expect(calm.indices.allSatisfy { raised.contains($0) || gusty[$0] == calm[$0] })
    #expect(gusty[68].p_MW == 3)
  }

  @Test("A gust that begins before midnight goes on after it")
  func gustWrapsMidnight() {
    var topology = oneTurbine
    topology.weather.gusts = [.init(at_s: 86_400 - 900, duration_s: 1_800, rise_m_per_s: 5)]
    let gusty = day(of: topology)
    let calm = day(of: oneTurbine)
    #expect(calm.indices.filter { gusty[$0].p_MW > calm[$0].p_MW } == [0, 95])
  }

  @Test("Power lies between zero and the rating, and moves through the day")
  func withinRating() {
    let powers = day(of: oneTurbine).map(\.p_MW)
    #expect(powers.allSatisfy { (0...3).contains($0) })
    #expect(powers.max()! > 1.5 * powers.min()!)
  }

  @Test("The wind's noise is at most 15 %")
  func noiseIsBounded() {
    let topology = oneTurbine
    let random = KeyedRandom(seed: 1, asset: topology.windTurbines[0].reference)
    for tick in topology.ticks {
      let speed = topology.weather.windSpeed_m_per_s(at: topology.time.time(of: tick), random)
      #expect((7 * 0.8 * 0.85...7 * 1.2 * 1.15).contains(speed))
    }
  }

  @Test("A profile replaces the wind and scales the power as written")
  func profileReplacesWind() {
    var topology = oneTurbine
    topology.windTurbines[0].profile = "constant"
    topology.windTurbines[0].q_Mvar = -0.3
    #expect(day(of: topology).allSatisfy { $0.p_MW == 1.5 && $0.q_Mvar == -0.3 })
  }
}
