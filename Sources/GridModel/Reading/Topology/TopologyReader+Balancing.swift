import Yams

/// How set-points are found, and what each choice costs.
extension TopologyReader {
  /// Four weeks of minutes; more steps than that are a slip.
  private static let longestHorizon: Int64 = 40_320
  private static let mostRounds: Int64 = 100_000

  mutating func readBalancing(_ document: Fields) {
    guard let balancing = document.fields("balancing") else { return }
    guard case .mapping? = document.node("balancing") else { return }
    var plan = BalancingPlan()
    if let algorithm = required("algorithm", balancing, { readAlgorithm(balancing) }) {
      plan.algorithm = algorithm
    }
    plan.horizon_steps = Int(balancing.integer("horizon_steps", 1...Self.longestHorizon) ?? 1)
    plan.maximumRounds = Int(
      balancing.integer("maximumRounds", 1...Self.mostRounds) ?? Int64(plan.maximumRounds))
    plan.reserve_pct = balancing.number("reserve_pct", .within(0...50)) ?? plan.reserve_pct
    plan.wear_per_MWh = balancing.number("wear_per_MWh", .notNegative) ?? 0
    plan.imports = readEach("imports", "import", in: balancing, readImport)
    plan.flexibleLoads = readEach("flexibleLoads", "flexible load", in: balancing, readFlexible)
    plan.curtailable = readCurtailable(balancing)
    balancing.finish()
    check(plan, balancing)
    topology.balancing = plan
  }

  private func readAlgorithm(_ fields: Fields) -> BalancingPlan.Algorithm? {
    guard let text = fields.text("algorithm") else { return nil }
    if let known = BalancingPlan.Algorithm(rawValue: text) { return known }
    log.unknown(
      text, at: fields.place(of: "algorithm"),
      among: BalancingPlan.Algorithm.allCases.map(\.rawValue),
      "\(fields.owner): unknown algorithm '\(Shown.text(text))'; known are "
        + BalancingPlan.Algorithm.allCases.map(\.rawValue).joined(separator: ", "))
    return nil
  }

  private func readEach<Entry>(
    _ key: String, _ word: String, in fields: Fields, _ read: (Fields) -> Entry?
  ) -> [Entry] {
    (fields.list(key) ?? []).enumerated().compactMap { position, node in
      let entry = Fields(node, owner: "\(word) \(position + 1) of 'balancing'", log: log)
      guard case .mapping = node else { return nil }
      defer { entry.finish() }
      return read(entry)
    }
  }

  private func readImport(_ entry: Fields) -> BalancingPlan.ImportPrice? {
    let source = required("source", entry) {
      reference("source", .source, topology.sources.map(\.id.text), entry)
    }
    let cost = required("cost", entry) { entry.fields("cost").flatMap(readCost) }
    if let cost, let fault = cost.convexityFault { entry.fault("cost", fault) }
    let profile = readProfileReference(entry)
    guard let source, let cost else { return nil }
    return BalancingPlan.ImportPrice(source: Source.ID(source), cost: cost, profile: profile)
  }

  private func readFlexible(_ entry: Fields) -> BalancingPlan.FlexibleLoad? {
    let load = required("load", entry) {
      reference("load", .load, topology.loads.map(\.id.text), entry)
    }
    switch (entry.has("shift_pct"), entry.has("shed_pct")) {
    case (true, false):
      let share = entry.number("shift_pct", .within(0...100))
      let from = required("from", entry) { entry.clock("from") }
      let until = required("until", entry) { entry.clock("until") }
      guard let load, let share, let from, let until else { return nil }
      guard from < until else {
        entry.fault("until", "the part of the day ends before it begins; end it at \"24:00\"")
        return nil
      }
      return .init(
        load: Load.ID(load), way: .shift(share_pct: share, from_s: from, until_s: until))
    case (false, true):
      let share = entry.number("shed_pct", .within(0...100))
      let price = entry.requiredNumber("price_per_MWh", .notNegative)
      guard let load, let share, let price else { return nil }
      return .init(load: Load.ID(load), way: .shed(share_pct: share, price_per_MWh: price))
    default:
      log.fault(at: entry.place, "\(entry.owner) takes either 'shift_pct' or 'shed_pct'")
      return nil
    }
  }

  private func readCurtailable(_ fields: Fields) -> [ElementKind] {
    let known = BalancingPlan.curtailableKinds
    return (fields.list("curtailable") ?? []).compactMap { node in
      guard let text = fields.text(node, "curtailable") else { return nil }
      if let kind = known.first(where: { $0.listKey == text }) { return kind }
      log.unknown(
        text, at: node.place ?? fields.place, among: known.map(\.listKey),
        "\(fields.owner): '\(Shown.text(text))' cannot be curtailed; what can is "
          + known.map(\.listKey).joined(separator: " and "))
      return nil
    }
  }

  /// The id under a key, if such an element is declared.
  private func reference(
    _ key: String, _ kind: ElementKind, _ known: [String], _ fields: Fields
  ) -> String? {
    guard let node = fields.verbatim(key), let name = fields.text(node, key) else { return nil }
    if places[ElementReference(kind, name)] != nil { return name }
    log.unknown(
      name, at: node.place ?? fields.place, among: known,
      "\(fields.owner) names \(kind.rawValue) '\(Shown.text(name))', which is not declared")
    return nil
  }

  private func check(_ plan: BalancingPlan, _ fields: Fields) {
    func once(_ names: [String], _ key: String) {
      for (position, name) in names.enumerated() where names[..<position].contains(name) {
        fields.fault(key, "'\(key)' names '\(Shown.text(name))' twice")
      }
    }
    once(plan.imports.map(\.source.text), "imports")
    once(plan.flexibleLoads.map(\.load.text), "flexibleLoads")
    guard plan.algorithm != .schedule else { return }
    if topology.segments.isEmpty {
      fields.fault("algorithm", "segments balance among themselves, and the topology has none")
    }
    for source in topology.sources
    where source.inService && !plan.imports.contains(where: { $0.source == source.id }) {
      fields.fault(
        "imports",
        "source '\(Shown.text(source.id.text))' has no price; name it in 'imports', or set-points "
          + "would take all from it")
    }
    for generator in topology.generators {
      guard let fault = generator.cost?.convexityFault else { continue }
      log.fault(
        at: places[generator.reference],
        "generator '\(Shown.text(generator.id.text))' cannot be balanced: \(fault)")
    }
  }
}

extension Generator.Cost {
  /// Why set-points cannot be found with it, as a sentence.
  fileprivate var convexityFault: String? {
    switch self {
    case .polynomial(let written):
      let coefficients = Array(written.drop { $0 == 0 })
      if coefficients.count > 3 {
        return "its cost is of degree \(coefficients.count - 1); set-points take up to degree 2"
      }
      if coefficients.count == 3, coefficients[0] < 0 { return "its cost bends down" }
      return nil
    case .piecewise:
      return "its cost is piecewise; set-points take a polynomial up to degree 2"
    }
  }
}
