extension TopologyReader {
  /// A rated voltage this far from its bus's nominal voltage is a slip more often than a design.
  static let ratedVoltageTolerance = 0.3

  mutating func readTransformer(_ fields: Fields, _ id: String) -> Transformer? {
    let (hv, lv) = readEnds(fields, "hv", "lv")
    let rating = fields.requiredNumber("rating_MVA", .positive)
    let vHv = fields.requiredNumber("vHv_kV", .positive)
    let vLv = fields.requiredNumber("vLv_kV", .positive)
    let vk = fields.requiredNumber("vk_pct", .positive)
    let vkr = fields.requiredNumber("vkr_pct", .notNegative)
    if let vk, let vkr, vkr > vk {
      fields.fault(
        "vkr_pct",
        "vkr_pct \(Shown.number(vkr)) is above vk_pct \(Shown.number(vk)), of which it is a part")
    }
    var transformer = Transformer(
      id: Transformer.ID(id), hv: hv ?? "", lv: lv ?? "", rating_MVA: rating ?? 1,
      vHv_kV: vHv ?? 1, vLv_kV: vLv ?? 1, vk_pct: vk ?? 1, vkr_pct: vkr ?? 0)
    transformer.ironLoss_kW = fields.number("ironLoss_kW", .notNegative) ?? 0
    transformer.noLoad_pct = fields.number("noLoad_pct", .notNegative) ?? 0
    transformer.clock = Int(fields.integer("clock", 0...11) ?? 0)
    transformer.parallel = Int(fields.integer("parallel", 1...1_000) ?? 1)
    transformer.tap = fields.fields("tap").flatMap(readTapChanger)
    warnOfRatedVoltage("vHv_kV", vHv, at: hv, fields)
    warnOfRatedVoltage("vLv_kV", vLv, at: lv, fields)
    return transformer
  }

  private func warnOfRatedVoltage(
    _ key: String, _ rated: Double?, at bus: Bus.ID?, _ fields: Fields
  ) {
    guard let rated, let bus, let nominal = nominalVoltages[bus], nominal > 0,
      abs(rated / nominal - 1) > Self.ratedVoltageTolerance
    else { return }
    log.warn(
      at: fields.place(of: key),
      "\(fields.owner): \(key) is \(Shown.number(rated)), but bus '\(Shown.text(bus.text))' has "
        + "\(Shown.number(nominal)) kV")
  }

  private func readTapChanger(_ tap: Fields) -> Transformer.TapChanger? {
    defer { tap.finish() }
    let positions: ClosedRange<Int64> = -1_000...1_000
    let side = required("side", tap) { tap.word("side", Transformer.TapChanger.Side.self) }
    let neutral = tap.integer("neutral", positions) ?? 0
    let min = required("min", tap) { tap.integer("min", positions) }
    let max = required("max", tap) { tap.integer("max", positions) }
    let step_pct = tap.requiredNumber("step_pct", .within(-50...50))
    let position = tap.integer("position", positions) ?? neutral
    guard let side, let min, let max, let step_pct else { return nil }
    guard min <= max else {
      tap.fault("min", "min \(min) is above max \(max)")
      return nil
    }
    for (key, value) in [("neutral", neutral), ("position", position)]
    where !(min...max).contains(value) {
      tap.fault(key, "\(key) \(value) is outside \(min) to \(max)")
    }
    let changer = Transformer.TapChanger(
      side: side, neutral: Int(neutral), min: Int(min), max: Int(max), step_pct: step_pct,
      position: Int(position))
    let factors = [min, max].map { 1 + Double($0 - neutral) * step_pct / 100 }
    if factors.contains(where: { $0 <= 0 }) {
      tap.fault(
        "step_pct", "with steps of \(Shown.number(step_pct)) % a position leaves no voltage")
    }
    return changer
  }
}
