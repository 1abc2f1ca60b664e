import Yams

/// What stands at one bus.
extension TopologyReader {
  private func readBusOfAsset(_ fields: Fields) -> Bus.ID {
    readBusReference("bus", fields, says: "stands at") ?? ""
  }

  mutating func readSource(_ fields: Fields, _ id: String) -> Source? {
    var source = Source(id: Source.ID(id), bus: readBusOfAsset(fields))
    source.v_pu = fields.number("v_pu", .positive) ?? 1
    source.angle_deg = fields.number("angle_deg") ?? 0
    source.slackWeight = fields.number("slackWeight", .notNegative) ?? 1
    source.shortCircuit_MVA = fields.number("shortCircuit_MVA", .positive)
    source.r_over_x = fields.number("r_over_x", .notNegative)
    return source
  }

  mutating func readLoad(_ fields: Fields, _ id: String) -> Load? {
    var load = Load(id: Load.ID(id), bus: readBusOfAsset(fields))
    load.p_MW = fields.number("p_MW") ?? 0
    load.q_Mvar = fields.number("q_Mvar") ?? 0
    load.zip = fields.fields("zip").map(readVoltageDependence)
    load.customers = Int(fields.integer("customers", 0...1_000_000_000) ?? 0)
    load.profile = readProfileReference(fields)
    return load
  }

  private func readVoltageDependence(_ zip: Fields) -> Load.VoltageDependence {
    defer { zip.finish() }
    return Load.VoltageDependence(
      p: readShares("p", zip) ?? .constantPower, q: readShares("q", zip) ?? .constantPower)
  }

  /// `[impedance, current, power]`
  private func readShares(_ key: String, _ zip: Fields) -> Load.VoltageDependence.Shares? {
    guard let shares = zip.numbers(key, count: 3) else { return nil }
    let sum = shares[0] + shares[1] + shares[2]
    guard abs(sum - 1) <= 1e-6 else {
      zip.fault(key, "the shares of '\(key)' sum to \(Shown.number(sum)), not to 1")
      return nil
    }
    return Load.VoltageDependence.Shares(
      impedance: shares[0], current: shares[1], power: shares[2])
  }

  mutating func readGenerator(_ fields: Fields, _ id: String) -> Generator? {
    var generator = Generator(id: Generator.ID(id), bus: readBusOfAsset(fields))
    generator.p_MW = fields.number("p_MW") ?? 0
    generator.q_Mvar = fields.number("q_Mvar") ?? 0
    generator.v_pu = fields.number("v_pu", .positive) ?? 1
    generator.holdsVoltage = fields.flag("holdsVoltage") ?? true
    generator.pLimits_MW = fields.limits("pLimits_MW")
    generator.qLimits_Mvar = fields.limits("qLimits_Mvar")
    generator.slackWeight = fields.number("slackWeight", .notNegative) ?? 0
    generator.angle_deg = fields.number("angle_deg") ?? 0
    generator.cost = fields.fields("cost").flatMap(readCost)
    generator.profile = readProfileReference(fields)
    if generator.slackWeight > 0, !generator.holdsVoltage {
      fields.fault("slackWeight", "a generator that holds no voltage cannot be the reference")
    }
    return generator
  }

  func readCost(_ cost: Fields) -> Generator.Cost? {
    defer { cost.finish() }
    switch (cost.has("polynomial"), cost.has("piecewise")) {
    case (true, false):
      return cost.numbers("polynomial").map { .polynomial($0) }
    case (false, true):
      guard let nodes = cost.list("piecewise") else { return nil }
      var points: [Generator.CostPoint] = []
      for node in nodes {
        guard case .sequence(let pair) = node else {
          log.fault(
            at: node.place, "\(cost.owner): a point is \(node.form), not a pair [MW, cost]")
          return nil
        }
        let place = node.place ?? cost.place
        guard let values = cost.numbers(Array(pair), "piecewise", count: 2, at: place) else {
          return nil
        }
        points.append(Generator.CostPoint(p_MW: values[0], cost: values[1]))
      }
      guard points.count > 1, zip(points, points.dropFirst()).allSatisfy({ $0.p_MW < $1.p_MW })
      else {
        cost.fault("piecewise", "'piecewise' takes two or more points of rising power")
        return nil
      }
      return .piecewise(points)
    default:
      log.fault(at: cost.place, "\(cost.owner) takes either 'polynomial' or 'piecewise'")
      return nil
    }
  }

  mutating func readPhotovoltaic(_ fields: Fields, _ id: String) -> Photovoltaic? {
    var plant = Photovoltaic(id: Photovoltaic.ID(id), bus: readBusOfAsset(fields))
    plant.p_MW = fields.number("p_MW") ?? 0
    plant.q_Mvar = fields.number("q_Mvar") ?? 0
    plant.rating_kVA = fields.number("rating_kVA", .positive)
    plant.tilt_deg = fields.number("tilt_deg", .within(0...90))
    plant.azimuth_deg = fields.number("azimuth_deg", .within(0...360))
    plant.profile = readProfileReference(fields)
    guard let mode = fields.fields("qMode") else { return plant }
    plant.powerFactor = mode.requiredNumber("fixedPowerFactor", .within(-1...1))
    if plant.powerFactor == 0 {
      mode.fault("fixedPowerFactor", "a power factor of 0 would need endless reactive power")
    } else if plant.q_Mvar != 0 {
      log.warn(
        at: fields.place(of: "q_Mvar"), "\(fields.owner): 'qMode' replaces the q_Mvar given here")
    }
    mode.finish()
    return plant
  }

  mutating func readWindTurbine(_ fields: Fields, _ id: String) -> WindTurbine? {
    var turbine = WindTurbine(id: WindTurbine.ID(id), bus: readBusOfAsset(fields))
    turbine.p_MW = fields.number("p_MW") ?? 0
    turbine.q_Mvar = fields.number("q_Mvar") ?? 0
    turbine.rating_kVA = fields.number("rating_kVA", .positive)
    turbine.profile = readProfileReference(fields)
    return turbine
  }

  mutating func readBattery(_ fields: Fields, _ id: String) -> Battery? {
    let bus = readBusOfAsset(fields)
    let energy = fields.requiredNumber("energy_MWh", .positive)
    let limits = required("pLimits_MW", fields) { fields.limits("pLimits_MW") }
    var battery = Battery(
      id: Battery.ID(id), bus: bus, energy_MWh: energy ?? 1, pLimits_MW: limits ?? 0...0)
    battery.p_MW = fields.number("p_MW") ?? 0
    battery.q_Mvar = fields.number("q_Mvar") ?? 0
    battery.soc_pct = fields.number("soc_pct", .within(0...100)) ?? 50
    battery.efficiency_pct = fields.number("efficiency_pct", .within(1...100)) ?? 100
    battery.schedule = readSchedule(fields, within: limits)
    if let limits, !limits.contains(battery.p_MW) {
      log.warn(
        at: fields.place(of: "p_MW"),
        "\(fields.owner): p_MW \(Shown.number(battery.p_MW)) is outside pLimits_MW")
    }
    return battery
  }

  private func readSchedule(
    _ fields: Fields, within limits: ClosedRange<Double>?
  ) -> [Battery.ScheduleEntry] {
    var entries: [Battery.ScheduleEntry] = []
    for (position, node) in (fields.list("schedule") ?? []).enumerated() {
      let owner = "\(fields.owner): entry \(position + 1) of 'schedule'"
      let entry = Fields(node, owner: owner, log: log)
      guard case .mapping = node else { continue }
      let from = required("from", entry) { entry.clock("from") }
      let until = required("until", entry) { entry.clock("until") }
      let p_MW = entry.requiredNumber("p_MW")
      entry.finish()
      guard let from, let until, let p_MW else { continue }
      if from >= until {
        entry.fault("until", "it ends before it begins; write two entries around midnight")
      } else if entries.contains(where: { $0.from_s < until && from < $0.until_s }) {
        log.fault(at: entry.place, "\(owner) overlaps an earlier entry")
      }
      if let limits, !limits.contains(p_MW) {
        log.warn(
          at: entry.place(of: "p_MW"), "\(owner): p_MW \(Shown.number(p_MW)) is outside pLimits_MW")
      }
      entries.append(Battery.ScheduleEntry(from_s: from, until_s: until, p_MW: p_MW))
    }
    return entries
  }

  mutating func readShunt(_ fields: Fields, _ id: String) -> Shunt? {
    var shunt = Shunt(id: Shunt.ID(id), bus: readBusOfAsset(fields))
    shunt.g_MW = fields.number("g_MW") ?? 0
    shunt.b_Mvar = fields.number("b_Mvar") ?? 0
    return shunt
  }
}
