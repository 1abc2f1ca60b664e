import GridModel
import Quantities
import Testing

@testable import Assets

@Suite("Loads and generators")
struct LoadTests {
  @Test("A load with a profile stays within 3 % of it, at its own power factor")
  func noiseIsBounded() {
    var topology = Topology.midsummer()
    topology.loads = [.make("R", at: "west", profile: "evening-peak")]
    let fleet = AssetFleet(topology)
    let course = Profile.Course.shape(.eveningPeak)
    var deviations: [Double] = []
    for tick in topology.ticks {
      let power = fleet.step(fleet.initialState(), tick: tick).powers.loads[0]
      let factor = course.factor(at: topology.time.time(of: tick).secondOfDay)
      deviations.append(power.p_MW / (10 * factor) - 1)
      #expect(abs(power.q_Mvar - 0.4 * power.p_MW) < 1e-12)
    }
    #expect(deviations.allSatisfy { abs($0) <= 0.03 + 1e-12 })
    #expect(deviations.contains { abs($0) > 0.01 })
  }

  @Test("A load without a profile is as written at all times")
  func withoutProfile() {
    var topology = Topology.midsummer()
    topology.loads = [.make("R", at: "west")]
    let fleet = AssetFleet(topology)
    for tick in topology.ticks {
      let powers = fleet.step(fleet.initialState(), tick: tick).powers
      #expect(OperatingPoint(powers, of: topology) == OperatingPoint(asWrittenIn: topology))
    }
  }

  @Test("Two loads with one profile do not move alike")
  func neighboursDiffer() {
    var topology = Topology.midsummer()
    topology.loads = [
      .make("R1", at: "west", profile: "constant"), .make("R2", at: "west", profile: "constant"),
    ]
    let powers = AssetFleet(topology).powers(at: topology.time.start).loads
    #expect(powers[0].p_MW != powers[1].p_MW)
  }

  @Test(
    "Shapes lie between 0 and 1, reach 1, and meet at midnight", arguments: Profile.Shape.allCases)
  func shapes(shape: Profile.Shape) {
    let course = Profile.Course.shape(shape)
    let factors = (0..<1_440).map { course.factor(at: $0 * 60) }
    #expect(factors.allSatisfy { (0.2...1).contains($0) })
    #expect(factors.max() == 1)
    #expect(zip(factors, factors.dropFirst() + [factors[0]]).allSatisfy { abs($0 - $1) < 0.005 })
  }

  @Test("A shape does what its name says")
  func namesHoldTrue() {
    func peakHour(_ shape: Profile.Shape) -> Int64 {
      (0..<24).max {
        Profile.Course.shape(shape).factor(at: $0 * 3_600)
          < Profile.Course.shape(shape).factor(at: $1 * 3_600)
      }!
    }
    #expect((18...20).contains(peakHour(.eveningPeak)))
    #expect((9...16).contains(peakHour(.officeHours)))
  }

  @Test("A day of factors holds each for its step")
  func dayOfFactors() {
    let course = Profile.Course.day([0.1, 0.2, 0.3, 0.4])
    #expect(course.factor(at: 0) == 0.1)
    #expect(course.factor(at: 21_599) == 0.1)
    #expect(course.factor(at: 21_600) == 0.2)
    #expect(course.factor(at: 86_399) == 0.4)
  }

  @Test("A generator follows its profile without noise and keeps its reactive power")
  func generatorFollows() {
    var topology = Topology.midsummer()
    topology.profiles.append(Profile(id: "halves", course: .day([0.5, 1])))
    var generator = Generator(id: "G", bus: "west")
    generator.p_MW = 40
    generator.q_Mvar = 7
    generator.profile = "halves"
    topology.generators = [generator]
    let fleet = AssetFleet(topology)
    let morning = fleet.step(fleet.initialState(), tick: 0).powers.generators[0]
    let evening = fleet.step(fleet.initialState(), tick: 95).powers.generators[0]
    #expect((morning.p_MW, morning.q_Mvar) == (20, 7))
    #expect((evening.p_MW, evening.q_Mvar) == (40, 7))
  }
}
