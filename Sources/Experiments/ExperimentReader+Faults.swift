import Balancing
import GridModel
import Yams

/// What goes wrong on purpose: a list of mappings, each with one word for what, and where and when.
extension ExperimentReader {
  func readFaults(_ document: Fields) -> [FaultChoice] {
    (document.list("faults") ?? []).enumerated().compactMap { position, node in
      let fields = Fields(node, owner: "fault \(position + 1)", log: log)
      guard case .mapping = node else { return nil }
      defer { fields.finish() }
      let window = readWindow(fields)
      guard let (kind, place) = readKind(fields) else { return nil }
      return FaultChoice(kind, at: place, during: window)
    }
  }

  private static let words = [
    "delay", "loss", "duplication", "reordering", "partition", "noise", "quantisation", "replay",
    "byzantine", "slow", "kill",
  ]

  private func readKind(_ fields: Fields) -> (Fault.Kind, FaultChoice.Place)? {
    let given = Self.words.filter { fields.has($0) }
    guard given.count == 1 else {
      _ = readPlace(fields)
      log.fault(
        at: fields.place,
        given.isEmpty
          ? "\(fields.owner) says not what goes wrong; it has one of \(Self.words.joined(separator: ", "))"
          : "\(fields.owner) has '\(given[0])' and '\(given[1])'; write two faults")
      return nil
    }
    let word = given[0]
    let share = NumberRule.within(0...1)
    switch word {
    case "loss", "duplication", "reordering", "replay":
      guard let value = fields.number(word, share) else { return nil }
      let kind: Fault.Kind =
        switch word {
        case "loss": .loss(value)
        case "duplication": .duplication(value)
        case "reordering": .reordering(value)
        default: .replay(value)
        }
      return (kind, readPlace(fields))
    case "noise": return fields.number(word, .positive).map { (.noise($0), readPlace(fields)) }
    case "quantisation":
      return fields.number(word, .positive).map { (.quantisation($0), readPlace(fields)) }
    case "delay": return readDelay(fields).map { (.delay($0), readPlace(fields)) }
    case "partition": return names(word, fields).map { (.partition, .border(of: $0)) }
    case "kill": return fields.text(word).map { (.kill, .agent($0)) }
    case "slow":
      guard let rounds = fields.number(word, .positive), let agent = readAgent(fields) else {
        return nil
      }
      return (.slow(rounds), .agent(agent))
    default:
      guard let lie = readLie(fields), let agent = readAgent(fields) else { return nil }
      return (.byzantine(lie), .agent(agent))
    }
  }

  private func readAgent(_ fields: Fields) -> String? {
    if let agent = fields.text("agent") { return agent }
    fields.require("agent")
    return nil
  }

  private func readLie(_ fields: Fields) -> Fault.Lie? {
    guard let text = fields.text("byzantine") else { return nil }
    switch text {
    case "silent": return .silent
    case "sign-flip": return .signFlip
    default:
      if let factor = Double(text), factor.isFinite { return .factor(factor) }
      fields.fault(
        "byzantine",
        "'byzantine' is '\(Shown.text(text))'; it takes silent, sign-flip, or a number "
          + "that every word is multiplied by")
      return nil
    }
  }

  private func readDelay(_ owner: Fields) -> Fault.Delay? {
    let least = 0.0
    if case .scalar = owner.node("delay") {
      return owner.number("delay", .within(least...1e6)).map { .constant(max(1, $0)) }
    }
    guard let fields = owner.fields("delay") else { return nil }
    defer { fields.finish() }
    if let rounds = fields.numbers("trace"), !rounds.isEmpty {
      if let wrong = rounds.first(where: { $0 < 0 }) {
        fields.fault("trace", "'trace' holds \(Shown.number(wrong)); a delay is not negative")
      }
      return .trace(rounds)
    }
    guard let median = fields.requiredNumber("median", .positive) else { return nil }
    return .logNormal(median: median, sigma: fields.number("sigma", .notNegative) ?? 0.5)
  }

  private func readPlace(_ fields: Fields) -> FaultChoice.Place {
    if let link = names("link", fields) {
      guard link.count == 2 else {
        fields.fault("link", "'link' is [FROM, TO]")
        return .everyLink
      }
      return .link(from: link[0], to: link[1])
    }
    if let agent = fields.text("agent") { return .agent(agent) }
    return .everyLink
  }

  /// In rounds: `[first, end]`, where the end may be left out.
  private func readWindow(_ fields: Fields) -> Range<Double> {
    guard let rounds = fields.numbers("rounds") else { return 0..<Double.infinity }
    guard (1...2).contains(rounds.count), rounds[0] >= 0, rounds.count == 1 || rounds[0] < rounds[1]
    else {
      fields.fault(
        "rounds", "'rounds' is [FIRST, END] with the first one before the end, or [FIRST]")
      return 0..<Double.infinity
    }
    return rounds[0]..<(rounds.count == 2 ? rounds[1] : .infinity)
  }
}
