import GridModel
import Quantities

extension Topology {
  /// Midsummer's day at two buses, 30 km apart on one parallel, in ticks of a quarter of an hour.
  static func midsummer(seed: UInt64 = 1) -> Topology {
    var topology = Topology(name: "midsummer")
    topology.time.start = Timestamp("2030-06-21T00:00:00Z")!
    topology.time.seed = seed
    var west = Bus(id: "west", nominalVoltage_kV: 20)
    west.coordinates = Bus.Coordinates(longitude_deg: 10, latitude_deg: 50)
    var east = Bus(id: "east", nominalVoltage_kV: 20)
    east.coordinates = Bus.Coordinates(longitude_deg: 10.42, latitude_deg: 50)
    topology.buses = [west, east]
    topology.profiles = Profile.Shape.allCases.map {
      Profile(id: .init($0.rawValue), course: .shape($0))
    }
    return topology
  }

  var ticks: Range<Int64> { 0..<time.steps }

  func tick(at clock: String) -> Int64 {
    let day = time.start.description.prefix(11)
    return (Timestamp("\(day)\(clock):00Z")!.secondsSince1970 - time.start.secondsSince1970)
      / time.step_s
  }
}

extension Load {
  static func make(
    _ id: Name<Load>, at bus: Bus.ID, p_MW: Double = 10, q_Mvar: Double = 4,
    profile: Profile.ID? = nil
  ) -> Load {
    var load = Load(id: id, bus: bus)
    load.p_MW = p_MW
    load.q_Mvar = q_Mvar
    load.profile = profile
    return load
  }
}

extension Photovoltaic {
  static func make(
    _ id: Name<Photovoltaic>, at bus: Bus.ID, p_MW: Double = 2, rating_kVA: Double? = 2_000
  ) -> Photovoltaic {
    var plant = Photovoltaic(id: id, bus: bus)
    plant.p_MW = p_MW
    plant.rating_kVA = rating_kVA
    return plant
  }
}

extension WindTurbine {
  static func make(
    _ id: Name<WindTurbine>, at bus: Bus.ID, p_MW: Double = 1.5, rating_kVA: Double? = 3_000
  ) -> WindTurbine {
    var turbine = WindTurbine(id: id, bus: bus)
    turbine.p_MW = p_MW
    turbine.rating_kVA = rating_kVA
    return turbine
  }
}

extension Battery {
  static func make(
    _ id: Name<Battery>, at bus: Bus.ID = "west", soc_pct: Double = 50,
    efficiency_pct: Double = 90, schedule: [ScheduleEntry] = []
  ) -> Battery {
    var battery = Battery(id: id, bus: bus, energy_MWh: 1.2, pLimits_MW: -0.6...0.5)
    battery.soc_pct = soc_pct
    battery.efficiency_pct = efficiency_pct
    battery.schedule = schedule
    return battery
  }
}

extension Battery.ScheduleEntry {
  /// From one full hour to another.
  static func hours(_ from: Int64, _ until: Int64, p_MW: Double) -> Self {
    Self(from_s: from * 3_600, until_s: until * 3_600, p_MW: p_MW)
  }
}
