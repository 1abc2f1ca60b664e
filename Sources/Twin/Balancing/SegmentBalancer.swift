import Assets
import Balancing
import DCOptimalFlow
import GridModel
import PowerFlow
import Quantities
import SparseAlgebra

/// How a segment finds the set-points of its assets: what it can decide, and how its part of the plan
/// follows from its committed state.
struct SegmentBalancer: Sendable {
  let slice: SegmentSlice
  let talks: SegmentTalks
  let plan: BalancingPlan
  let horizon: Horizon
  private let map: RegionMap
  private let fleet: AssetFleet
  private let time: TwinTime
  private let base: PowerBase
  private let movable: [MovableLoad]
  private let factors: [Profile.ID: Profile.Course]

  /// A forecast of a long period is the mean of so many of its steps.
  private static let samples = 4
  /// By how much the price of a choice rises from its beginning to its end, per MWh, so that of
  /// choices of one price none is left to chance.
  private static let rise_per_MWh = 1.0
  /// Of the base: smaller assets rise less, or their prices would swamp all others in a solve.
  private static let leastSpan = 0.01
  /// What limits are left open for rounding, in MWh.
  private static let slack_MWh = 1e-9

  /// `nil` where nothing is balanced.
  init?(
    _ slice: SegmentSlice, network: Network, rows: RowPlan, fleet: AssetFleet
  ) throws(SegmentError) {
    guard let plan = slice.topology.balancing, let talks = slice.talks else { return nil }
    do {
      map = try RegionMap(slice, talks, network: network, rows: rows)
    } catch { throw .cannotBalance("\(error)") }
    self.slice = slice
    self.talks = talks
    self.plan = plan
    self.fleet = fleet
    horizon = Horizon(steps: plan.algorithm == .admm ? plan.horizon_steps : 1)
    time = slice.topology.time
    base = PowerBase(power_MVA: slice.topology.power_MVA)
    movable = MovableLoad.all(of: slice.topology)
    factors = Dictionary(uniqueKeysWithValues: slice.topology.profiles.map { ($0.id, $0.course) })
  }

  /// The links towards the root and away from it.
  var treeLinks: (parent: Int?, children: [Int]) {
    let parent = talks.parent.flatMap { talks.neighbours.firstIndex(of: $0) }
    let children = talks.neighbours.indices.filter { talks.children.contains(talks.neighbours[$0]) }
    return (parent, children)
  }

  /// What a MWh is worth, as a price an hour per per-unit.
  var price: Double { talks.price_per_MWh * base.power_MVA }

  /// Where the plan of a tick begins that follows the committed one: a step later, period by period.
  func pulls(after state: BalanceState?) -> [[Double]] {
    guard let state, state.pulls.count == map.links.count else { return [] }
    return zip(map.links, state.pulls).map { link, old in
      let size = link.rows.count
      guard old.count == size * horizon.periods.count else { return [] }
      return horizon.periods.flatMap { period in
        let middle = (period.lowerBound + period.upperBound) / 2
        let before = horizon.period(of: middle + 1)
        return old[before * size..<(before + 1) * size]
      }
    }
  }

  // MARK: The region

  /// Makes the segment's part of the plan for the tick after a committed state.
  func draft(
    after state: SegmentState, in network: Network
  ) -> Draft {
    let tick = state.tick + 1
    let step_h = Double(time.step_s) / 3_600
    var draft = Draft(
      region: HorizonRegion(
        hours: horizon.periods.map { Double($0.count) * step_h }, rowCount: map.rowCount,
        ownRowCount: map.ownRowCount))
    let periods = horizon.periods.map { period in
      Period(
        steps: period,
        samples: Self.sampled(period).map { time.time(of: tick + Int64($0)) }, fleet)
    }
    addSources(to: &draft, periods)
    addGenerators(to: &draft, periods)
    addPlants(to: &draft, periods)
    addLoads(to: &draft, periods, tick: tick)
    addMovable(to: &draft, periods, state.fleet, tick: tick)
    addBatteries(to: &draft, state, tick: tick)
    map.fill(
      &draft.region, at: state.voltages, planned: state.balance?.flows ?? [],
      isSolved: state.tick >= 0, reserve: plan.reserve_pct / 100)
    return draft
  }

  /// A segment's part of a plan, and whose decisions the units and stores are.
  struct Draft: Sendable {
    var region: HorizonRegion
    var unitAssets: [Decision] = []
    var storeAssets: [Decision] = []

    struct Decision: Sendable {
      /// `nil` for what the solved grid decides: a source.
      var asset: ElementReference?
      /// The asset's power in MW is this and the injection, times the sign of its kind.
      var offset_MW = 0.0
      var sign = 1.0
    }
  }

  private struct Period {
    let steps: Range<Int>
    let times: [Timestamp]
    private let powers: [FleetPowers]

    init(steps: Range<Int>, samples: [Timestamp], _ fleet: AssetFleet) {
      self.steps = steps
      times = samples
      powers = samples.map { fleet.forecast(at: $0) }
    }

    /// The mean power of each asset of a kind.
    func mean(_ kind: (FleetPowers) -> [AssetPower]) -> [AssetPower] {
      var mean = kind(powers[0])
      guard powers.count > 1 else { return mean }
      for other in powers.dropFirst() {
        for (place, power) in kind(other).enumerated() { mean[place].p_MW += power.p_MW }
      }
      for place in mean.indices { mean[place].p_MW /= Double(powers.count) }
      return mean
    }

    func mean(_ value: (Timestamp) -> Double) -> Double {
      times.reduce(0) { $0 + value($1) } / Double(times.count)
    }
  }

  private static func sampled(_ steps: Range<Int>) -> [Int] {
    guard steps.count > samples else { return Array(steps) }
    return (0..<samples).map { steps.lowerBound + (2 * $0 + 1) * steps.count / (2 * samples) }
  }

  private func perUnit(_ power_MW: Double) -> Double { base.perUnit(power: power_MW) }

  /// Adds a decision whose limits and prices are given for each period in MW and per MWh.
  private func add(
    _ decision: Draft.Decision, at row: Int, lower_MW: [Double], upper_MW: [Double],
    quadratic: [Double], linear: [Double], to draft: inout Draft
  ) {
    let power = base.power_MVA
    draft.region.units.append(
      HorizonRegion.Unit(
        row: row, lower: lower_MW.map(perUnit), upper: upper_MW.map(perUnit),
        quadratic: quadratic.map { $0 * power * power }, linear: linear.map { $0 * power }))
    draft.unitAssets.append(decision)
  }

  /// Half the rise of a price over a span of power.
  private func rise(over span_MW: Double) -> Double {
    Self.rise_per_MWh / (2 * max(span_MW, Self.leastSpan * base.power_MVA))
  }

  private func addSources(to draft: inout Draft, _ periods: [Period]) {
    for source in slice.topology.sources where source.inService {
      guard let row = map.row(of: source.bus) else { continue }
      let price = plan.imports.first { $0.source == source.id }
      let square = price?.cost.square ?? (0, 0, 0)
      let factor = periods.map { period in
        period.mean { time in priceFactor(price?.profile, at: time) }
      }
      // Without limits in between, a price that does not rise would leave the tie to chance.
      let least = rise(over: 100 * base.power_MVA)
      add(
        Draft.Decision(asset: nil), at: row,
        lower_MW: periods.map { _ in -.infinity }, upper_MW: periods.map { _ in .infinity },
        quadratic: factor.map { max(0, square.2 * $0) + least },
        linear: factor.map { square.1 * $0 }, to: &draft)
    }
  }

  func priceFactor(_ profile: Profile.ID?, at time: Timestamp) -> Double {
    profile.flatMap { factors[$0] }?.factor(at: time.secondOfDay) ?? 1
  }

  private func addGenerators(to draft: inout Draft, _ periods: [Period]) {
    let forecast = periods.map { $0.mean(\.generators) }
    let machines = Dictionary(
      uniqueKeysWithValues: slice.topology.generators.map { ($0.reference, $0) })
    for (place, power) in forecast[0].enumerated() {
      guard let row = map.row(of: power.bus), let machine = machines[power.asset] else { continue }
      guard let cost = machine.cost, let limits = machine.pLimits_MW else {
        for period in periods.indices {
          draft.region.demand[period][row] -= perUnit(forecast[period][place].p_MW)
        }
        continue
      }
      let square = cost.square
      let quadratic = square.quadratic + 0.1 * rise(over: limits.upperBound - limits.lowerBound)
      add(
        Draft.Decision(asset: power.asset), at: row,
        lower_MW: periods.map { _ in limits.lowerBound },
        upper_MW: periods.map { _ in limits.upperBound },
        quadratic: periods.map { _ in quadratic }, linear: periods.map { _ in square.linear },
        to: &draft)
    }
  }

  private func addPlants(to draft: inout Draft, _ periods: [Period]) {
    addPlants(\.photovoltaics, .photovoltaic, to: &draft, periods)
    addPlants(\.windTurbines, .windTurbine, to: &draft, periods)
  }

  private func addPlants(
    _ kind: (FleetPowers) -> [AssetPower], _ word: ElementKind, to draft: inout Draft,
    _ periods: [Period]
  ) {
    let forecast = periods.map { $0.mean(kind) }
    for (place, power) in forecast[0].enumerated() {
      guard let row = map.row(of: power.bus) else { continue }
      let available = forecast.map { $0[place].p_MW }
      guard plan.curtailable.contains(word) else {
        for (period, p_MW) in available.enumerated() {
          draft.region.demand[period][row] -= perUnit(p_MW)
        }
        continue
      }
      // What is curtailed costs a little more the more it is.
      let rises = available.map { rise(over: $0) }
      add(
        Draft.Decision(asset: power.asset), at: row,
        lower_MW: available.map { min(0, $0) }, upper_MW: available, quadratic: rises,
        linear: zip(rises, available).map { -2 * $0 * $1 }, to: &draft)
    }
  }

  private func addLoads(to draft: inout Draft, _ periods: [Period], tick: Int64) {
    let forecast = periods.map { $0.mean(\.loads) }
    for (place, power) in forecast[0].enumerated() {
      guard let row = map.row(of: power.bus) else { continue }
      for period in periods.indices {
        draft.region.demand[period][row] += perUnit(forecast[period][place].p_MW)
      }
      let flexible = plan.flexibleLoads.first { $0.load.text == power.asset.id }
      guard case .shed(let share_pct, let price) = flexible?.way else { continue }
      let most = forecast.map { max(0, $0[place].p_MW) * share_pct / 100 }
      add(
        Draft.Decision(asset: power.asset, offset_MW: power.p_MW, sign: -1), at: row,
        lower_MW: most.map { _ in 0 }, upper_MW: most, quadratic: most.map { rise(over: $0) },
        linear: most.map { _ in price }, to: &draft)
    }
  }

  /// Loads that move are stores without losses: what they leave away now they draw later.
  private func addMovable(
    to draft: inout Draft, _ periods: [Period], _ state: FleetState, tick: Int64
  ) {
    let forecast = periods.map { $0.mean(\.loads) }
    let step_h = Double(time.step_s) / 3_600
    for load in movable {
      guard let place = forecast[0].firstIndex(where: { $0.asset == load.asset }),
        let row = map.row(of: forecast[0][place].bus),
        let owed = state.assets.first(where: { $0.asset == load.asset })
      else { continue }
      // A period in which its part of the day ends is too coarse to say what moves before and after:
      // nothing moves in it, and all is made good before.
      let isSplit = periods.map { period in
        period.steps.dropLast().contains { closes(load, tick + Int64($0)) }
      }
      let room_MW = periods.enumerated().map { number, period in
        let open = period.mean { load.canMove(at: $0.secondOfDay) ? 1 : 0 }
        return isSplit[number] ? 0 : max(0, forecast[number][place].p_MW) * load.share * open
      }
      var lower: [Double] = []
      var upper: [Double] = []
      for (number, period) in periods.enumerated() {
        let end = tick + Int64(period.steps.upperBound)
        let isLast = number + 1 == periods.count
        var most = Double.infinity
        if closes(load, end - 1) || !isLast && isSplit[number + 1] {
          most = 0
        } else if isLast {
          // What it can still make good later.
          most = openHours(of: load, after: end) * room_MW[number]
        }
        lower.append(-most)
        upper.append(most)
      }
      // What was moved already must be made good at a rate that is there.
      let reachable = room_MW.enumerated().reduce(into: [Double]()) { sums, next in
        sums.append(
          (sums.last ?? 0) + next.element * Double(periods[next.offset].steps.count) * step_h)
      }
      for number in periods.indices {
        lower[number] = min(lower[number], -owed.energy_MWh + reachable[number])
        upper[number] = max(upper[number], -owed.energy_MWh - reachable[number])
      }
      draft.region.stores.append(
        HorizonRegion.Store(
          row: row, charge: room_MW.map(perUnit), discharge: room_MW.map(perUnit), kept: 1,
          energy: perUnit(-owed.energy_MWh),
          lower: lower.map { perUnit($0 - Self.slack_MWh) },
          upper: upper.map { perUnit($0 + Self.slack_MWh) }, linear: 0,
          quadratic: rise(over: room_MW.max() ?? 0) * base.power_MVA * base.power_MVA))
      draft.storeAssets.append(
        Draft.Decision(asset: load.asset, offset_MW: forecast[0][place].p_MW, sign: -1))
    }
  }

  /// Whether its part of the day ends with a tick.
  private func closes(_ load: MovableLoad, _ tick: Int64) -> Bool {
    load.canMove(at: time.time(of: tick).secondOfDay) && openHours(of: load, after: tick + 1) == 0
  }

  /// For how long a load can still move from a tick on, until its part of the day ends; zero outside.
  private func openHours(of load: MovableLoad, after tick: Int64) -> Double {
    // The tick that ends then is the last one that counts.
    let second = time.time(of: tick - 1).secondOfDay
    guard load.canMove(at: second) else { return 0 }
    return Double(max(0, load.until_s - second - time.step_s)) / 3_600
  }

  private func addBatteries(to draft: inout Draft, _ state: SegmentState, tick: Int64) {
    guard plan.algorithm == .admm else {
      for power in fleet.step(state.fleet, tick: tick).powers.batteries {
        guard let row = map.row(of: power.bus) else { continue }
        draft.region.demand[0][row] -= perUnit(power.p_MW)
      }
      return
    }
    for battery in slice.topology.batteries where battery.inService {
      guard let row = map.row(of: battery.bus),
        let energy_MWh = state.fleet.assets.first(where: { $0.asset == battery.reference })?
          .energy_MWh
      else { continue }
      let kept = (battery.efficiency_pct / 100).squareRoot()
      let charge_MW = max(0, -battery.pLimits_MW.lowerBound)
      let discharge_MW = max(0, battery.pLimits_MW.upperBound)
      let hours = draft.region.hours.reduce(0, +)
      // At the end it is back where the document begins, as far as it gets.
      let wanted_MWh = min(battery.initialEnergy_MWh, energy_MWh + kept * charge_MW * hours)
      var lower = draft.region.hours.map { _ in -Self.slack_MWh }
      lower[lower.count - 1] = wanted_MWh - Self.slack_MWh
      let span_MW = max(charge_MW, discharge_MW)
      draft.region.stores.append(
        HorizonRegion.Store(
          row: row, charge: draft.region.hours.map { _ in perUnit(charge_MW) },
          discharge: draft.region.hours.map { _ in perUnit(discharge_MW) }, kept: kept,
          energy: perUnit(energy_MWh), lower: lower.map(perUnit),
          upper: lower.map { _ in perUnit(battery.energy_MWh + Self.slack_MWh) },
          linear: plan.wear_per_MWh * base.power_MVA,
          quadratic: rise(over: span_MW) * base.power_MVA * base.power_MVA))
      draft.storeAssets.append(Draft.Decision(asset: battery.reference))
    }
  }

  // MARK: The answer

  /// What the decision of the first period means for each asset.
  func setPoints(_ decision: HorizonDecision, of draft: Draft) -> SetPoints {
    var setPoints = SetPoints()
    func take(_ decisions: [Draft.Decision], _ injections: [Double]) {
      for (decision, injection) in zip(decisions, injections) {
        guard let asset = decision.asset else { continue }
        setPoints[asset] = decision.offset_MW + decision.sign * base.megawatts(injection)
      }
    }
    take(draft.unitAssets, decision.units)
    take(draft.storeAssets, decision.stores)
    return setPoints
  }
}
