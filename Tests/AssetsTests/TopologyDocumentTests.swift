import Assets
import GridModel
import Testing

/// The documents in `Topologies`, as far as assets and segments are concerned.
@Suite("The topologies that come with Busbar")
struct TopologyDocumentTests {
  private func read(_ name: String) throws -> Topology {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let read = try Topology.read(contentsOf: "/\(root)/Topologies/\(name).yaml")
    return read.topology
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

  @Test("The CIGRE benchmark has its published powers as written")
  func cigre() throws {
    let point = OperatingPoint(asWrittenIn: try read("cigre-mv"))
    #expect(abs(total(point.loads) - 44.74215) < 1e-9)
    #expect(abs(total(point.photovoltaics) - 0.21) < 1e-12)
    #expect(total(point.windTurbines) == 1.5)
    #expect(total(point.batteries) == 0)
  }

  @Test("The IEEE 118-bus case has its published powers as written, and nothing of ours")
  func ieee118() throws {
    let point = OperatingPoint(asWrittenIn: try read("ieee118"))
    #expect(total(point.loads) == 4_242)
    #expect(total(point.generators) == 4_377.4)
    #expect(total(point.photovoltaics + point.windTurbines + point.batteries) == 0)
  }

  private func total(_ powers: [OperatingPoint.Power]) -> Double {
    powers.reduce(0) { $0 + $1.p_MW }
  }

  @Test("Every kind of asset has its hours in the day", arguments: ["cigre-mv", "ieee118"])
  func everythingMoves(name: String) throws {
    let day = day(of: try read(name))
    #expect(day.contains { $0.photovoltaics_MW > 0 } && day.contains { $0.photovoltaics_MW == 0 })
    #expect(day.contains { $0.wind_MW > 0 })
    #expect(day.contains { $0.storage_MW < 0 } && day.contains { $0.storage_MW > 0 })
    let loads = day.map(\.load_MW)
    #expect(loads.max()! > 1.5 * loads.min()!)
  }

  @Test("The generators of the IEEE case follow its load, so that the reference need not")
  func referenceIsSpared() throws {
    for powers in day(of: try read("ieee118")) {
      let surplus =
        powers.generators_MW + powers.photovoltaics_MW + powers.wind_MW + powers.storage_MW
        - powers.load_MW
      // Losses are 36 to 101 MW; the reference, scheduled for 516 MW at full load, has 805 MW.
      #expect((-100...300).contains(surplus))
    }
  }

  @Test(
    "Segments hold every bus once, and each hangs together by its own elements",
    arguments: ["cigre-mv", "ieee118"])
  func segments(name: String) throws {
    let topology = try read(name)
    let listed = topology.segments.flatMap(\.buses)
    #expect(listed.count == topology.buses.count)
    #expect(Set(listed) == Set(topology.buses.map(\.id)))
    let elements: [any BranchElement] = topology.lines + topology.branches + topology.transformers
    for segment in topology.segments {
      let buses = Set(segment.buses)
      var reached: Set = [segment.buses[0]]
      var grew = true
      while grew {
        let before = reached.count
        for element in elements where buses.contains(element.from) && buses.contains(element.to) {
          if reached.contains(element.from) { reached.insert(element.to) }
          if reached.contains(element.to) { reached.insert(element.from) }
        }
        grew = reached.count > before
      }
      // An open line hangs from one end; no bus of these grids hangs on open lines alone.
      #expect(reached == buses)
    }
  }
}
