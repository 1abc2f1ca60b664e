extension MatpowerReader {
  /// Columns: number, type, Pd, Qd, Gs, Bs, area, Vm, Va, baseKV, zone, Vmax, Vmin.
  mutating func readBuses(_ table: MatpowerTable) {
    var names: [String] = []
    if case .cells(let cells) = file.fields["bus_name"]?.value, cells.count == table.rowCount {
      names = cells
    }
    for row in 0..<table.rowCount {
      guard let id = readBusNumber(table, row) else { continue }
      let owner = "bus '\(id.text)'"
      let place = text.place(table.offset(row))
      let reference = ElementReference(.bus, id.text)
      if let first = places[reference] {
        log.fault(
          at: place, "\(owner) is declared twice",
          notes: [Finding.Note(place: first, sentence: "it is declared here first")])
        continue
      }
      places[reference] = place
      guard let type = BusType(rawValue: Int(exactly: table[row, 2]) ?? 0) else {
        log.fault(
          at: text.place(table.offset(row, 2)),
          "\(owner) has type \(Shown.number(table[row, 2])); types are 1, 2, 3 and 4")
        continue
      }
      busTypes[id] = type
      var bus = Bus(id: id, nominalVoltage_kV: nominalVoltage(table, row, owner))
      bus.inService = type != .isolated
      let (vm, va) = (
        finite(table, row, 8, "Vm of \(owner)"), finite(table, row, 9, "Va of \(owner)")
      )
      if vm > 0 { bus.start = Bus.BusStart(v_pu: vm, angle_deg: va) }
      let (high, low) = (table[row, 12], table[row, 13])
      if low > 0, low <= high, high.isFinite { bus.limits_pu = low...high }
      bus.area = Shown.number(finite(table, row, 7, "the area of \(owner)"))
      bus.zone = Shown.number(finite(table, row, 11, "the zone of \(owner)"))
      if !names.isEmpty { bus.labels.name = names[row] }
      topology.buses.append(bus)
      readLoadAndShunt(table, row, bus)
    }
  }

  private func readBusNumber(_ table: MatpowerTable, _ row: Int, column: Int = 1) -> Bus.ID? {
    let value = table[row, column]
    // Numbers up to here are exact.
    guard value >= 1, value <= 9e15, value == value.rounded() else {
      log.fault(
        at: text.place(table.offset(row, column)),
        "a bus has the number \(value); bus numbers are whole and above zero")
      return nil
    }
    return Bus.ID("\(Int64(value))")
  }

  private func nominalVoltage(_ table: MatpowerTable, _ row: Int, _ owner: String) -> Double {
    let value = finite(table, row, 10, "baseKV of \(owner)")
    if value < 0 {
      log.fault(at: text.place(table.offset(row, 10)), "baseKV of \(owner) must not be negative")
    }
    return max(0, value)
  }

  private mutating func readLoadAndShunt(_ table: MatpowerTable, _ row: Int, _ bus: Bus) {
    let owner = "bus '\(bus.id.text)'"
    var load = Load(id: Load.ID(bus.id.text), bus: bus.id)
    load.p_MW = finite(table, row, 3, "Pd of \(owner)")
    load.q_Mvar = finite(table, row, 4, "Qd of \(owner)")
    load.inService = bus.inService
    if load.p_MW != 0 || load.q_Mvar != 0 { topology.loads.append(load) }
    var shunt = Shunt(id: Shunt.ID(bus.id.text), bus: bus.id)
    shunt.g_MW = finite(table, row, 5, "Gs of \(owner)")
    shunt.b_Mvar = finite(table, row, 6, "Bs of \(owner)")
    shunt.inService = bus.inService
    if shunt.g_MW != 0 || shunt.b_Mvar != 0 { topology.shunts.append(shunt) }
  }

  /// Columns: bus, Pg, Qg, Qmax, Qmin, Vg, mBase, status, Pmax, Pmin.
  mutating func readGenerators(_ table: MatpowerTable) {
    let costs = readCosts(generatorCount: table.rowCount)
    for row in 0..<table.rowCount {
      let owner = "generator \(row + 1)"
      guard let bus = readKnownBus(table, row, 1, owner) else { continue }
      var generator = Generator(id: Generator.ID("\(row + 1)"), bus: bus)
      generator.p_MW = finite(table, row, 2, "Pg of \(owner)")
      generator.q_Mvar = finite(table, row, 3, "Qg of \(owner)")
      generator.v_pu = finite(table, row, 6, "Vg of \(owner)")
      let type = busTypes[bus]
      generator.holdsVoltage = type != .pq
      generator.inService = table[row, 8] > 0 && type != .isolated
      if generator.v_pu <= 0 {
        if generator.inService, generator.holdsVoltage {
          log.fault(at: text.place(table.offset(row, 6)), "Vg of \(owner) must be above zero")
        }
        generator.v_pu = 1
      }
      generator.qLimits_Mvar = readLimits(table, row, 5, 4, "Qmin", "Qmax")
      generator.pLimits_MW = readLimits(table, row, 10, 9, "Pmin", "Pmax")
      if row < costs.count { generator.cost = costs[row] }
      topology.generators.append(generator)
    }
    chooseReference()
  }

  private func readLimits(
    _ table: MatpowerTable, _ row: Int, _ low: Int, _ high: Int, _ lowName: String,
    _ highName: String
  ) -> ClosedRange<Double>? {
    let (lower, upper) = (table[row, low], table[row, high])
    guard lower <= upper else {
      log.warn(
        at: text.place(table.offset(row, low)),
        "\(lowName) of generator \(row + 1) is above \(highName); neither limit is read")
      return nil
    }
    guard lower.isFinite || upper.isFinite else { return nil }
    return max(lower, -Self.unlimited)...min(max(upper, -Self.unlimited), Self.unlimited)
  }

  /// Generators at reference buses hold the angle; without one the first bus with a generator that
  /// holds its voltage becomes the reference, as MATPOWER's `bustypes` chooses.
  private mutating func chooseReference() {
    let angles = Dictionary(
      topology.buses.map { ($0.id, $0.start?.angle_deg ?? 0) }, uniquingKeysWith: { a, _ in a })
    let live = Set(topology.generators.lazy.filter(\.inService).map(\.bus))
    var references = Set(live.filter { busTypes[$0] == .reference })
    if references.isEmpty,
      let bus = topology.buses.first(where: { busTypes[$0.id] == .pv && live.contains($0.id) })
    {
      references = [bus.id]
      log.warn(
        at: places[bus.reference],
        "no reference bus has a generator in service; bus '\(bus.id.text)' becomes the reference")
    }
    for row in topology.generators.indices {
      let bus = topology.generators[row].bus
      guard references.contains(bus) else { continue }
      topology.generators[row].slackWeight = 1
      topology.generators[row].angle_deg = angles[bus] ?? 0
    }
  }

  /// Columns: from, to, r, x, b, rateA, rateB, rateC, ratio, angle, status; angmin, angmax if present.
  mutating func readBranches(_ table: MatpowerTable) {
    for row in 0..<table.rowCount {
      let owner = "branch \(row + 1)"
      let from = readKnownBus(table, row, 1, owner)
      let to = readKnownBus(table, row, 2, owner)
      let r_pu = finite(table, row, 3, "r of \(owner)")
      let x_pu = finite(table, row, 4, "x of \(owner)")
      let b_pu = finite(table, row, 5, "b of \(owner)")
      let ratio = finite(table, row, 9, "the ratio of \(owner)")
      let shift = finite(table, row, 10, "the angle of \(owner)")
      guard let from, let to else { continue }
      let place = text.place(table.offset(row))
      if from == to { log.fault(at: place, "both ends of \(owner) are at bus '\(from.text)'") }
      let isOn = table[row, 11] > 0 && busTypes[from] != .isolated && busTypes[to] != .isolated
      if r_pu == 0, x_pu == 0, isOn {
        log.fault(at: place, "\(owner) has no impedance; make its buses one, or give it a small x")
      }
      if ratio < 0 {
        log.fault(
          at: text.place(table.offset(row, 9)), "the ratio of \(owner) must not be negative")
      }
      var branch = Branch(id: Branch.ID("\(row + 1)"), from: from, to: to, r_pu: r_pu, x_pu: x_pu)
      branch.b_pu = b_pu
      branch.tap = ratio == 0 ? 1 : ratio
      branch.shift_deg = shift
      let rating = table[row, 6]
      branch.rating_MVA = rating > 0 && rating.isFinite ? rating : nil
      branch.angleLimits_deg = readAngleLimits(table, row)
      branch.inService = isOn
      topology.branches.append(branch)
    }
  }

  /// Two zeros are no limits, and neither is a full turn both ways, as in MATPOWER's `makeAang`.
  private func readAngleLimits(_ table: MatpowerTable, _ row: Int) -> ClosedRange<Double>? {
    guard table.width(of: row) >= 13 else { return nil }
    let (low, high) = (table[row, 12], table[row, 13])
    if low == 0, high == 0 { return nil }
    guard low > -360 || high < 360 else { return nil }
    guard low <= high else {
      log.warn(
        at: text.place(table.offset(row, 12)),
        "angmin of branch \(row + 1) is above angmax; neither limit is read")
      return nil
    }
    return max(low, -360)...min(high, 360)
  }

  private func readKnownBus(
    _ table: MatpowerTable, _ row: Int, _ column: Int, _ owner: String
  ) -> Bus.ID? {
    guard let bus = readBusNumber(table, row, column: column) else { return nil }
    if busTypes[bus] != nil { return bus }
    // A bus with faults of its own is declared all the same.
    if places[ElementReference(.bus, bus.text)] != nil { return nil }
    log.unknown(
      bus.text, at: text.place(table.offset(row, column)), among: topology.buses.map(\.id.text),
      "\(owner) is at bus '\(bus.text)', which 'mpc.bus' does not hold")
    return nil
  }
}
