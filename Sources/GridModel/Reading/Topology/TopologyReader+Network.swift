import Yams

/// Buses and what joins them.
extension TopologyReader {
  /// A line joins buses of one voltage; nominal voltages may differ by this share, as where 10 kV
  /// meets 10.5 kV.
  static let voltageTolerance = 0.06

  mutating func readLineTypes(_ document: Fields) {
    guard let types = document.fields("lineTypes") else { return }
    for entry in types.named() {
      let fields = Fields(
        entry.node, owner: "line type '\(Shown.text(entry.name))'", place: entry.keyPlace, log: log)
      lineTypes[entry.name] = LineType(fields)
      fields.finish()
    }
  }

  mutating func readBus(_ fields: Fields, _ id: String) -> Bus? {
    let nominal = fields.requiredNumber("nominalVoltage_kV", .positive)
    var bus = Bus(id: Bus.ID(id), nominalVoltage_kV: nominal ?? 0)
    bus.limits_pu = fields.limits("limits_pu", .positive)
    bus.area = fields.text("area")
    bus.zone = fields.text("zone")
    bus.coordinates = readCoordinates("coordinates", fields)
    if let start = fields.fields("start") {
      let v_pu = start.requiredNumber("v_pu", .positive)
      let angle_deg = start.number("angle_deg")
      start.finish()
      bus.start = Bus.BusStart(v_pu: v_pu ?? 1, angle_deg: angle_deg)
    }
    return bus
  }

  mutating func readLine(_ fields: Fields, _ id: String) -> Line? {
    let (from, to) = readEnds(fields, "from", "to")
    let length = fields.requiredNumber("length_km", .positive)
    let own = LineType(fields)
    let values = own.filled(from: readLineType(fields))
    checkImpedance(fields, values)
    if fields.node("type") == nil {
      if !fields.has("r_ohm_per_km") { fields.require("r_ohm_per_km") }
      if !fields.has("x_ohm_per_km") { fields.require("x_ohm_per_km") }
    }
    var line = Line(
      id: Line.ID(id), from: from ?? "", to: to ?? "", length_km: length ?? 1,
      r_ohm_per_km: values.r_ohm_per_km ?? 0, x_ohm_per_km: values.x_ohm_per_km ?? 0)
    line.c_nF_per_km = values.c_nF_per_km ?? 0
    line.parallel = Int(fields.integer("parallel", 1...1_000) ?? 1)
    line.rating_A = values.rating_A
    line.emergencyRating_A = values.emergencyRating_A
    if let from, let to { checkVoltages(fields, from, to) }
    return line
  }

  private func readLineType(_ fields: Fields) -> LineType? {
    guard let node = fields.node("type"), let name = fields.text(node, "type") else { return nil }
    guard let type = lineTypes[name] else {
      log.unknown(
        name, at: node.place ?? fields.place, among: lineTypes.keys,
        "\(fields.owner) has type '\(Shown.text(name))', which 'lineTypes' does not hold")
      return nil
    }
    for (key, value) in [("r_ohm_per_km", type.r_ohm_per_km), ("x_ohm_per_km", type.x_ohm_per_km)]
    where value == nil && !fields.has(key) {
      fields.fault("type", "neither the line nor its type '\(Shown.text(name))' has '\(key)'")
    }
    return type
  }

  private func checkImpedance(_ fields: Fields, _ values: LineType) {
    guard values.r_ohm_per_km == 0, values.x_ohm_per_km == 0 else { return }
    log.fault(
      at: fields.place, "\(fields.owner) has no impedance; use a switch between the buses")
  }

  private func checkVoltages(_ fields: Fields, _ from: Bus.ID, _ to: Bus.ID) {
    guard let a = nominalVoltages[from], let b = nominalVoltages[to], a > 0, b > 0,
      abs(a - b) > Self.voltageTolerance * max(a, b)
    else { return }
    log.fault(
      at: fields.place,
      "\(fields.owner) joins \(Shown.number(a)) kV and \(Shown.number(b)) kV; use a transformer")
  }

  mutating func readBranch(_ fields: Fields, _ id: String) -> Branch? {
    let (from, to) = readEnds(fields, "from", "to")
    let r_pu = fields.requiredNumber("r_pu")
    let x_pu = fields.requiredNumber("x_pu")
    if r_pu == 0, x_pu == 0 {
      log.fault(
        at: fields.place, "\(fields.owner) has no impedance; use a switch between the buses")
    }
    var branch = Branch(
      id: Branch.ID(id), from: from ?? "", to: to ?? "", r_pu: r_pu ?? 0, x_pu: x_pu ?? 0)
    branch.b_pu = fields.number("b_pu") ?? 0
    branch.tap = fields.number("tap", .positive) ?? 1
    branch.shift_deg = fields.number("shift_deg", .within(-360...360)) ?? 0
    branch.rating_MVA = fields.number("rating_MVA", .positive)
    branch.angleLimits_deg = fields.limits("angleLimits_deg", .within(-360...360))
    return branch
  }

  /// The buses at both ends; reports a branch that ends where it begins.
  func readEnds(_ fields: Fields, _ first: String, _ second: String) -> (Bus.ID?, Bus.ID?) {
    let from = readBusReference(first, fields, says: "ends at")
    let to = readBusReference(second, fields, says: "ends at")
    if let from, from == to {
      fields.fault(second, "both ends are at bus '\(Shown.text(from.text))'")
    }
    return (from, to)
  }

  mutating func readSwitch(_ fields: Fields, _ id: String) -> Switch? {
    let place = readSwitchPlace(fields)
    var result = Switch(id: Switch.ID(id), place: place ?? .between("", ""))
    result.deviceKind = fields.word("kind", Switch.DeviceKind.self) ?? .breaker
    result.closed = fields.flag("closed") ?? true
    result.remote = fields.flag("remote") ?? false
    return place == nil ? nil : result
  }

  private func readSwitchPlace(_ fields: Fields) -> Switch.Place? {
    switch (fields.has("at"), fields.has("between")) {
    case (true, false):
      guard let at = fields.fields("at") else { return nil }
      defer { at.finish() }
      at.owner = fields.owner
      let element = readBranchReference(at)
      let end = required("end", at) { at.word("end", Switch.End.self) }
      guard let element, let end else { return nil }
      return .end(of: element, end)
    case (false, true):
      guard let nodes = fields.list("between") else { return nil }
      guard nodes.count == 2 else {
        fields.fault("between", "'between' names \(nodes.count) buses; it takes two")
        return nil
      }
      let buses = nodes.compactMap {
        busReference($0, "between", fields, says: "stands at")
      }
      guard buses.count == 2 else { return nil }
      if buses[0] == buses[1] {
        fields.fault("between", "both sides are bus '\(Shown.text(buses[0].text))'")
      }
      return .between(buses[0], buses[1])
    default:
      log.fault(
        at: fields.place,
        "\(fields.owner) takes either 'at: {element: \"line:…\", end: from}' or 'between: [bus, bus]'"
      )
      return nil
    }
  }

  /// The line, branch or transformer that `element` names.
  private func readBranchReference(_ at: Fields) -> ElementReference? {
    guard let node = required("element", at, { at.node("element") }),
      let text = at.text(node, "element")
    else { return nil }
    let kinds: [ElementKind] = [.line, .branch, .transformer]
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let kind = ElementKind(rawValue: String(parts[0])), kinds.contains(kind)
    else {
      at.fault(
        "element",
        "'\(Shown.text(text))' names no line, branch or transformer; write it like \"line:6-7\"")
      return nil
    }
    let reference = ElementReference(kind, String(parts[1]))
    guard places[reference] != nil else {
      log.unknown(
        text, at: node.place ?? at.place,
        among: places.keys.filter { kinds.contains($0.kind) }.map(\.description),
        "unknown element '\(Shown.text(text))'")
      return nil
    }
    return reference
  }
}
