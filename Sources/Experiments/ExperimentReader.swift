import Balancing
import DCOptimalFlow
import GridModel
import Yams

extension Experiment {
  /// Reads an experiment's document (`.yaml`).
  ///
  /// - Throws: all faults of the file at once, each with its line and column.
  public static func read(
    contentsOf path: String, _ catalog: AlgorithmCatalog = .builtIn
  ) throws(DocumentFaults) -> Experiment {
    try read(try FileText.read(path), named: path, catalog)
  }

  /// Reads a text that stands in for a file of this name.
  public static func read(
    _ text: String, named file: String, _ catalog: AlgorithmCatalog = .builtIn
  ) throws(DocumentFaults) -> Experiment {
    var reader = ExperimentReader(log: FindingLog(file: file), catalog: catalog)
    let experiment = YAMLDocument.compose(text, as: "an experiment", log: reader.log)
      .flatMap { reader.read($0) }
    _ = try reader.log.conclude()
    guard let experiment else { throw FileText.fault(file, "it holds no experiment") }
    return experiment
  }
}

/// Reads an experiment's document and finds all its faults in one pass.
struct ExperimentReader {
  let log: FindingLog
  let catalog: AlgorithmCatalog

  static let maximumRuns = 1_000_000
  private static let maximumSeeds: Int64 = 1_000_000

  mutating func read(_ root: Node) -> Experiment? {
    let document = Fields(root, owner: "the experiment", isRoot: true, log: log)
    guard case .mapping = root else { return nil }
    for (key, word) in [("apiVersion", "busbar/v1"), ("kind", "Experiment")] {
      guard document.has(key) else {
        document.require(key)
        continue
      }
      if let text = document.text(key), text != word {
        document.fault(key, "'\(key)' is '\(Shown.text(text))'; an experiment says '\(word)'")
      }
    }
    let name = document.text("name") ?? "experiment"
    if name.contains("/") || name.isEmpty {
      document.fault("name", "'name' becomes part of file names; leave out '/'")
    }
    let problem = readProblem(document)
    let algorithms = readAlgorithms(document, problem?.kind)
    let faults = readFaults(document)
    var experiment = Experiment(
      name: name, problem: problem ?? .response(agents: 1, slots: 1, seed: 1),
      algorithms: algorithms)
    experiment.faults = faults
    if let seeds = readSeeds(document) { experiment.seeds = seeds }
    if let count = document.integer("repetitions", 1...10_000) {
      experiment.repetitions = Int(count)
    }
    if let tolerance = readTolerance(document) { experiment.tolerance = tolerance }
    if let end = document.word("end", Experiment.End.self) { experiment.end = end }
    if let kind = document.word("runtime", Experiment.RuntimeKind.self) {
      experiment.runtime = kind
    }
    if let budget = document.integer("budget", 1...10_000_000) { experiment.budget = Int(budget) }
    if let rows = document.integer("trace", 0...1_000_000) { experiment.traceInterval = Int(rows) }
    if let length = document.number("round_ms", .within(1...60_000)) {
      experiment.round_s = length / 1_000
    }
    experiment.external = names("external", document) ?? []
    document.finish()
    let runs = algorithms.count * experiment.seeds.count * experiment.repetitions
    if runs > Self.maximumRuns {
      document.fault(
        "seeds", "the experiment asks for \(runs) runs; give at most \(Self.maximumRuns)")
    }
    return log.hasFaults ? nil : experiment
  }

  // MARK: The problem

  private func readProblem(_ document: Fields) -> ProblemChoice? {
    guard let fields = document.fields("problem") else {
      document.require("problem")
      return nil
    }
    defer { fields.finish() }
    guard fields.has("kind") else {
      fields.require("kind")
      return nil
    }
    switch fields.word("kind", ProblemKind.self) {
    case .flow: return readGrid(fields).map { .flow($0) }
    case .dispatch: return readGrid(fields).map { .dispatch($0) }
    case .response:
      return .response(
        agents: Int(fields.integer("agents", 1...10_000) ?? 100),
        slots: Int(fields.integer("slots", 1...10_000) ?? 24),
        seed: Int(fields.integer("seed", 1...2_147_483_646) ?? 11))
    case nil: return nil
    }
  }

  private func readGrid(_ fields: Fields) -> GridChoice? {
    let file = fields.text("file")
    if file == nil { fields.require("file") }
    var choice = GridChoice(file: file ?? "")
    if let definition = fields.word("dc", DCDefinition.self) { choice.definition = definition }
    choice.partition = readPartition(fields)
    return choice
  }

  private func readPartition(_ owner: Fields) -> Partition? {
    guard let node = owner.node("partition") else { return nil }
    if case .scalar = node {
      let words: [String: Partition] = [
        "area": .area, "zone": .zone, "segments": .segments, "bus": .bus,
      ]
      guard let text = owner.text("partition") else { return nil }
      if let partition = words[text] { return partition }
      log.unknown(
        text, at: owner.place(of: "partition"), among: words.keys,
        "'partition' is '\(Shown.text(text))'; it takes area, zone, segments, bus, or a mapping with "
          + "'buses' or 'random'")
      return nil
    }
    guard let fields = owner.fields("partition") else { return nil }
    defer { fields.finish() }
    if let lists = fields.list("buses") {
      return .buses(lists.map { readBuses($0, fields) })
    }
    if let count = fields.integer("random", 1...100_000) {
      return .random(Int(count), seed: UInt64(fields.integer("seed", 0...Int64.max) ?? 1))
    }
    _ = fields.has("seed")
    fields.fault("buses", "a partition has 'buses: [[…], […]]' or 'random: N'")
    return nil
  }

  /// Buses by name; `3-5` stands for 3, 4 and 5.
  private func readBuses(_ node: Node, _ fields: Fields) -> [String] {
    guard case .sequence(let items) = node else {
      log.fault(at: node.place, "a part is a list of buses, such as [1, 2, 5-9]")
      return []
    }
    return items.flatMap { item -> [String] in
      guard let text = fields.text(item, "buses") else { return [] }
      let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      if ends.count == 2, let first = ends[0], let last = ends[1], first <= last,
        last - first < 1_000_000
      {
        return (first...last).map { "\($0)" }
      }
      return [text]
    }
  }

  // MARK: Who solves it, and how well

  private func readAlgorithms(_ document: Fields, _ kind: ProblemKind?) -> [AlgorithmChoice] {
    guard let nodes = document.list("algorithms"), !nodes.isEmpty else {
      if !document.has("algorithms") {
        document.require("algorithms")
      } else {
        document.fault("algorithms", "'algorithms' names none")
      }
      return []
    }
    var used: Set<String> = []
    return nodes.compactMap { node in
      guard let choice = readAlgorithm(node, document, kind) else { return nil }
      if choice.name.contains("/") || !used.insert(choice.name).inserted {
        log.fault(
          at: node.place,
          "two algorithms are called '\(Shown.text(choice.name))'; tell them apart with 'as: NAME'")
      }
      return choice
    }
  }

  private func readAlgorithm(
    _ node: Node, _ document: Fields, _ kind: ProblemKind?
  ) -> AlgorithmChoice? {
    if case .scalar = node {
      guard let name = document.text(node, "algorithms") else { return nil }
      return entry(name, kind, at: node.place).map { AlgorithmChoice($0.name) }
    }
    let fields = Fields(node, owner: "an algorithm", log: log)
    guard case .mapping = node else { return nil }
    guard let name = fields.text("name") else {
      fields.require("name")
      return nil
    }
    fields.owner = "algorithm '\(Shown.text(name))'"
    guard let entry = entry(name, kind, at: fields.place(of: "name")) else { return nil }
    var choice = AlgorithmChoice(name, name: fields.text("as"))
    for parameter in entry.parameters {
      if let value = fields.number(parameter) { choice.parameters[parameter] = value }
    }
    fields.finish()
    return choice
  }

  private func entry(
    _ name: String, _ kind: ProblemKind?, at place: Place?
  ) -> AlgorithmCatalog.Entry? {
    guard let kind else { return nil }
    if let entry = catalog.entry(name, for: kind) { return entry }
    let known = catalog.names(for: kind)
    let isOther = catalog.entries.contains { $0.name == name }
    let sentence =
      isOther
      ? "algorithm '\(name)' does not solve a problem of kind '\(kind.rawValue)'"
      : "there is no algorithm '\(Shown.text(name))'"
    log.unknown(
      name, at: place ?? Place(1, 1), among: known,
      "\(sentence); for '\(kind.rawValue)' there are \(known.joined(separator: ", "))")
    return nil
  }

  private func readTolerance(_ document: Fields) -> Tolerance? {
    guard let node = document.node("tolerance") else { return nil }
    if case .scalar = node {
      guard document.text("tolerance") != "powerModelsADA" else { return .powerModelsADA }
      document.fault(
        "tolerance",
        "'tolerance' is \(node.form); it takes powerModelsADA, or a mapping with 'gap', "
          + "'violation_pu' and 'consensus'")
      return nil
    }
    guard let fields = document.fields("tolerance") else { return nil }
    defer { fields.finish() }
    var tolerance = Tolerance(gap: .infinity, violation: .infinity, consensus: .infinity)
    if let gap = fields.number("gap", .positive) { tolerance.gap = gap }
    if let worst = fields.number("violation_pu", .positive) { tolerance.violation = worst }
    if let largest = fields.number("consensus", .positive) { tolerance.consensus = largest }
    return tolerance
  }

  // MARK: How often

  private func readSeeds(_ document: Fields) -> [UInt64]? {
    guard let node = document.node("seeds") else { return nil }
    if case .sequence = node {
      guard let numbers = document.numbers("seeds") else { return nil }
      let seeds = numbers.compactMap { UInt64(exactly: $0) }
      guard seeds.count == numbers.count, !seeds.isEmpty, Set(seeds).count == seeds.count else {
        document.fault("seeds", "'seeds' are different whole numbers, none negative")
        return nil
      }
      return seeds
    }
    guard let text = document.text("seeds") else { return nil }
    let ends = text.split(separator: ".", omittingEmptySubsequences: true).map { UInt64($0) }
    if ends.count == 1, let only = ends[0] { return [only] }
    guard ends.count == 2, text.contains(".."), let first = ends[0], let last = ends[1],
      first <= last, last - first < UInt64(Self.maximumSeeds)
    else {
      document.fault("seeds", "'seeds' is '\(Shown.text(text))'; write 7, 1..20 or [1, 2, 5]")
      return nil
    }
    return Array(first...last)
  }

  /// A list of names, or one.
  func names(_ key: String, _ fields: Fields) -> [String]? {
    guard let node = fields.node(key) else { return nil }
    if case .scalar = node { return fields.text(key).map { [$0] } }
    return fields.list(key)?.compactMap { fields.text($0, key) }
  }
}
