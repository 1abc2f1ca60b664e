import GridModel
import Quantities

/// The assets of a topology, or of a slice of one, and how they behave over a day.
///
/// A fleet holds no state: what batteries carry from tick to tick goes in and comes out, and every
/// random draw is keyed by (seed, asset, time). So a tick can be repeated, in any order and in any
/// process, with the same bits, and an asset's powers do not depend on which other assets are here.
///
/// Only assets in service at a bus in service appear in the powers; a battery out of service keeps
/// its energy.
public struct AssetFleet: Sendable {
  private let time: TwinTime
  private let loads: [LoadModel]
  private let generators: [GeneratorModel]
  private let photovoltaics: [PhotovoltaicModel]
  private let windTurbines: [WindTurbineModel]
  /// Every battery of the topology, in service or not: each has a place in the state.
  private let batteries: [Battery]
  /// Loads that may move, where something decides that they do: each has a place in the state after
  /// the batteries.
  private let movable: [MovableLoad]
  private let busesInService: Set<Bus.ID>

  public init(_ topology: Topology) {
    let buses = Dictionary(uniqueKeysWithValues: topology.buses.map { ($0.id, $0) })
    let profiles = Dictionary(
      uniqueKeysWithValues: topology.profiles.map { ($0.id, $0.course) })
    let weather = topology.weather
    let seed = topology.time.seed

    func takesPart(_ asset: some Asset) -> Bool {
      asset.inService && buses[asset.bus]?.inService ?? false
    }
    func course(_ profile: Profile.ID?) -> Profile.Course? {
      guard let profile else { return nil }
      guard let course = profiles[profile] else {
        preconditionFailure("Profile '\(profile)' is declared in the topology.")
      }
      return course
    }

    time = topology.time
    loads = topology.loads.filter(takesPart).map {
      LoadModel(load: $0, course: course($0.profile), seed: seed)
    }
    generators = topology.generators.filter(takesPart).map {
      GeneratorModel(generator: $0, course: course($0.profile))
    }
    photovoltaics = topology.photovoltaics.filter(takesPart).map {
      PhotovoltaicModel(
        plant: $0, place: buses[$0.bus]?.coordinates ?? weather.origin,
        course: course($0.profile), weather: weather)
    }
    windTurbines = topology.windTurbines.filter(takesPart).map {
      WindTurbineModel(turbine: $0, course: course($0.profile), weather: weather, seed: seed)
    }
    batteries = topology.batteries
    movable = MovableLoad.all(of: topology)
    busesInService = Set(topology.buses.lazy.filter(\.inService).map(\.id))
  }

  /// The state before tick 0.
  public func initialState() -> FleetState {
    FleetState(
      assets: batteries.map {
        AssetState(asset: $0.reference, energy_MWh: $0.initialEnergy_MWh)
      } + movable.map { AssetState(asset: $0.asset, energy_MWh: 0) })
  }

  /// Computes a tick: the powers that hold from its beginning to its end, and the state at its end.
  ///
  /// The state is that of this fleet; it may be any that a tick of it gave.
  ///
  /// - Parameter setPoints: what was decided for some assets; the others do what their profiles and
  ///   schedules say.
  public func step(
    _ state: FleetState, tick: Int64, setPoints: SetPoints = SetPoints()
  ) -> (state: FleetState, powers: FleetPowers) {
    let begin = time.time(of: tick)
    var next = state
    let stored = stepBatteries(&next, at: begin, setPoints)
    var powers = stateless(at: begin, batteries: stored)
    guard !setPoints.isEmpty || !movable.isEmpty else { return (next, powers) }
    let before = powers.loads
    setPoints.apply(to: &powers)
    movable.settle(
      &next.assets[batteries.count...], free: before, drawn: powers.loads, at: begin,
      hours: Double(time.step_s) / 3_600)
    return (next, powers)
  }

  /// What assets would do at a time by themselves; batteries are left out.
  package func forecast(at instant: Timestamp) -> FleetPowers {
    stateless(at: instant, batteries: [])
  }

  /// The powers in the tick that contains a time.
  ///
  /// Batteries begin with the document's state of charge at the twin's start, or, on another day,
  /// at the same time of that day, and follow their schedules from there. On the twin's first day
  /// the powers are those that the twin itself commits. The cost is one day of battery steps.
  public func powers(at instant: Timestamp) -> FleetPowers {
    let elapsed_s = instant.secondsSince1970 - time.start.secondsSince1970
    let tick = elapsed_s.dividedDown(by: time.step_s)
    let firstTick = (elapsed_s.dividedDown(by: 86_400) * 86_400).dividedDown(by: time.step_s)
    var state = initialState()
    var stored: [AssetPower] = []
    for earlier in firstTick...tick {
      stored = stepBatteries(&state, at: time.time(of: earlier))
    }
    return stateless(at: time.time(of: tick), batteries: stored)
  }

  private func takesPart(_ battery: Battery) -> Bool {
    battery.inService && busesInService.contains(battery.bus)
  }

  private func stepBatteries(
    _ state: inout FleetState, at begin: Timestamp, _ setPoints: SetPoints = SetPoints()
  ) -> [AssetPower] {
    precondition(
      state.assets.count == batteries.count + movable.count,
      "One state for each battery and each load that moves.")
    let hours = Double(time.step_s) / 3_600
    var powers: [AssetPower] = []
    powers.reserveCapacity(batteries.count)
    for (position, battery) in batteries.enumerated() {
      precondition(
        state.assets[position].asset == battery.reference, "States in the order of the document.")
      guard takesPart(battery) else { continue }
      let p_MW = battery.move(
        setPoint_MW: setPoints[battery.reference] ?? battery.setPoint_MW(at: begin.secondOfDay),
        hours: hours,
        energy_MWh: &state.assets[position].energy_MWh)
      powers.append(AssetPower(battery, p_MW: p_MW, q_Mvar: battery.q_Mvar))
    }
    return powers
  }

  private func stateless(at begin: Timestamp, batteries: [AssetPower]) -> FleetPowers {
    FleetPowers(
      loads: loads.map { $0.power(at: begin) },
      generators: generators.map { $0.power(at: begin) },
      photovoltaics: photovoltaics.map { $0.power(at: begin) },
      windTurbines: windTurbines.map { $0.power(at: begin) },
      batteries: batteries)
  }
}

extension Int64 {
  /// The quotient rounded down, also below zero.
  fileprivate func dividedDown(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
