import GridModel
import Quantities
import Testing

@testable import Assets

@Suite("Photovoltaics")
struct PhotovoltaicTests {
  private func day(of topology: Topology) -> [[AssetPower]] {
    let fleet = AssetFleet(topology)
    return topology.ticks.map { fleet.step(fleet.initialState(), tick: $0).powers.photovoltaics }
  }

  @Test("Power is zero at night, below the rating always, and high at noon")
  func dayAndNight() {
    var topology = Topology.midsummer()
    topology.photovoltaics = [.make("PV", at: "west")]
    let powers = day(of: topology).map { $0[0].p_MW }
    #expect(powers.allSatisfy { (0...2).contains($0) })
    for clock in ["00:00", "02:00", "20:15", "23:45"] {
      #expect(powers[Int(topology.tick(at: clock))] == 0)
    }
    #expect(powers[Int(topology.tick(at: "11:30"))] > 1.6)
  }

  @Test("The sun at 50° north stands where an almanac puts it")
  func sunStandsRight() {
    let place = Bus.Coordinates(longitude_deg: 0, latitude_deg: 50)
    // Noon by the sun: elevation 90° - latitude ± 23.45° at the solstices.
    let summer = Sun(at: Timestamp("2030-06-21T12:02:00Z")!, seenFrom: place)
    let winter = Sun(at: Timestamp("2030-12-21T11:58:00Z")!, seenFrom: place)
    #expect(abs(summer.up - PortableMath.sine(63.45.radiansFromDegrees)) < 0.001)
    #expect(abs(winter.up - PortableMath.sine(16.55.radiansFromDegrees)) < 0.001)
    #expect(abs(summer.east) < 0.01 && summer.north < 0)
    // Sunrise at Greenwich's meridian on 50° N at midsummer: 03:51 UTC with refraction.
    #expect(Sun(at: Timestamp("2030-06-21T03:45:00Z")!, seenFrom: place).up < 0)
    #expect(Sun(at: Timestamp("2030-06-21T04:05:00Z")!, seenFrom: place).up > 0)
    #expect(Sun(at: Timestamp("2030-06-21T05:00:00Z")!, seenFrom: place).east > 0)
  }

  @Test("A beam at the zenith of midsummer is that of ASHRAE's table")
  func clearSky() {
    // The sun is overhead at 23.45° north; the table gives A 1088, B 0.205, C 0.134.
    let place = Bus.Coordinates(longitude_deg: 0, latitude_deg: 23.45)
    let sun = Sun(at: Timestamp("2030-06-21T12:02:00Z")!, seenFrom: place)
    let expected = 1_088 * PortableMath.exponential(-0.205) * (1 + 0.134)
    #expect(abs(sun.irradiance_W_per_m2(tilt_deg: 0, azimuth_deg: 180) / expected - 1) < 0.01)
  }

  @Test("Panels that face east have their morning, those that face west their evening")
  func azimuthTurnsTheDay() {
    var topology = Topology.midsummer()
    topology.photovoltaics = [.make("E", at: "west"), .make("W", at: "west")]
    for (index, azimuth) in [90.0, 270].enumerated() {
      topology.photovoltaics[index].tilt_deg = 40
      topology.photovoltaics[index].azimuth_deg = azimuth
    }
    let powers = day(of: topology)
    let morning = powers[Int(topology.tick(at: "06:00"))]
    let evening = powers[Int(topology.tick(at: "17:00"))]
    #expect(morning[0].p_MW > 2 * morning[1].p_MW)
    #expect(evening[1].p_MW > 2 * evening[0].p_MW)
  }

  @Test("A cloud front reaches the eastern plant later than the western one")
  func frontTravels() {
    var topology = Topology.midsummer()
    topology.photovoltaics = [.make("W", at: "west"), .make("E", at: "east")]
    let clear = day(of: topology)
    topology.weather.cloudFronts = [
      .init(at_s: 9 * 3_600 + 3_300, heading_deg: 90, speed_km_per_h: 20, width_km: 10, depth: 0.7)
    ]
    let cloudy = day(of: topology)
    func shaded(_ plant: Int) -> [Int] {
      clear.indices.filter { cloudy[$0][plant].p_MW < clear[$0][plant].p_MW }
    }
    // 10 km at 20 km/h are half an hour; 30 km lie between the plants.
    #expect(shaded(0) == [40, 41])
    #expect(shaded(1) == [46, 47])
    #expect(abs(cloudy[41][0].p_MW / clear[41][0].p_MW - 0.3) < 1e-12)
  }

  @Test("A front that moves the other way reaches the eastern plant first")
  func frontFromTheEast() {
    let front = Weather.CloudFront(
      at_s: 43_200, heading_deg: 270, speed_km_per_h: 20, width_km: 10, depth: 0.5)
    var weather = Weather()
    weather.cloudFronts = [front]
    let east = Bus.Coordinates(longitude_deg: 10.42, latitude_deg: 50)
    #expect(weather.clearShare(at: weather.origin, 43_200 + 900) == 0.5)
    #expect(weather.clearShare(at: east, 43_200 + 900) == 1)
    #expect(weather.clearShare(at: east, 43_200 - 5_400 + 900) == 0.5)
  }

  @Test("A plant with no power written gives its rating in full sun; as written it gives none")
  func ratingAlone() {
    var topology = Topology.midsummer()
    topology.photovoltaics = [
      .make("written", at: "west"), .make("rated", at: "west", p_MW: 0),
      .make("nothing", at: "west", p_MW: 0, rating_kVA: nil),
    ]
    let noon = AssetFleet(topology).powers(at: Timestamp("2030-06-21T11:30:00Z")!).photovoltaics
    #expect(noon[0].p_MW == noon[1].p_MW)
    #expect(noon[2].p_MW == 0)
  }

  @Test("Reactive power follows the power factor, or the powers as written")
  func reactivePower() {
    var topology = Topology.midsummer()
    topology.photovoltaics = [.make("factor", at: "west"), .make("written", at: "west")]
    topology.photovoltaics[0].powerFactor = -0.8
    topology.photovoltaics[1].q_Mvar = 0.5
    let fleet = AssetFleet(topology)
    let written = OperatingPoint(asWrittenIn: topology).photovoltaics
    let morning = fleet.powers(at: Timestamp("2030-06-21T07:00:00Z")!).photovoltaics
    #expect(abs(written[0].q_Mvar + 1.5) < 1e-12)
    #expect(written[1].q_Mvar == 0.5)
    #expect(abs(morning[0].q_Mvar + 0.75 * morning[0].p_MW) < 1e-12)
    #expect(morning[1].q_Mvar == 0.25 * morning[1].p_MW)
    #expect(morning[0].p_MW * 1.25 < 2)
  }

  @Test("A profile replaces sun and clouds")
  func profileReplacesSun() {
    var topology = Topology.midsummer()
    topology.photovoltaics = [.make("PV", at: "west")]
    topology.photovoltaics[0].profile = "constant"
    #expect(day(of: topology).allSatisfy { $0[0].p_MW == 2 })
  }
}
