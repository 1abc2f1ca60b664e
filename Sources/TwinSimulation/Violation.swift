import ActorCluster

/// A rule of the twin that did not hold, with what is needed to find out why.
package struct Violation: Sendable, Equatable {
  /// The rules.
  package enum Rule: String, Sendable, CaseIterable {
    /// Never two accepted owners.
    case oneOwner = "two owners"
    /// The store takes ticks from the one coordinator of the current era alone.
    case oneCoordinator = "two coordinators"
    /// Every committed tick stays: the next one has the next number, and a restart finds the last.
    case noLostTick = "lost tick"
    /// A tick has the bits that it has in a run in which nothing goes wrong.
    case noChangedTick = "changed tick"
    /// Some time after the faults are over there is a new commit.
    case progress = "no progress"
    /// The same seed leaves the same trace.
    case replay = "no replay"
  }

  package var rule: Rule
  /// In the simulation.
  package var time: Duration
  package var tick: Int64?
  package var era: Int64?
  package var nodes: [NodeName] = []
  package var segment: String?
  /// One sentence.
  package var text: String

  package init(
    rule: Rule, time: Duration, tick: Int64? = nil, era: Int64? = nil, nodes: [NodeName] = [],
    segment: String? = nil, text: String
  ) {
    self.rule = rule
    self.time = time
    self.tick = tick
    self.era = era
    self.nodes = nodes
    self.segment = segment
    self.text = text
  }
}

extension Violation: CustomStringConvertible {
  package var description: String {
    var parts = ["\(seconds(time)) s"]
    if let tick { parts.append("tick \(tick)") }
    if let era { parts.append("era \(era)") }
    if let segment { parts.append("segment \(segment)") }
    if !nodes.isEmpty { parts.append("nodes " + nodes.map(\.rawValue).joined(separator: ", ")) }
    return "\(rule.rawValue) (\(parts.joined(separator: ", "))): \(text)"
  }
}
