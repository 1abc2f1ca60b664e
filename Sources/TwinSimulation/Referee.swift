import ActorCluster
import SimulatedCluster
import TwinStore

/// Watches a twin from outside and says which rules did not hold.
///
/// It sees what the store accepted and what arrived at nodes, and keeps books of its own: it believes
/// neither the store's checks nor the cluster's.
package struct Referee: Sendable {
  /// The hash of each tick's commit in a run in which nothing goes wrong.
  private let expected: [UInt64]

  package private(set) var violations: [Violation] = []
  /// The last committed tick.
  package private(set) var lastTick: Int64 = -1
  package private(set) var lastHash: UInt64 = 0
  package private(set) var lastCommitTime: Duration?
  /// The era that was raised last.
  package private(set) var era: Int64 = 0
  /// What segments contributed to ticks, counted by target.
  package private(set) var contributions: [String: Int] = [:]
  /// Which start of the coordinator raised the era.
  private var coordinator: Int?
  private var owners: [Ownership: NodeName] = [:]
  private var lastCommit: Commit?

  /// How the names of the methods begin by which a segment takes part in a tick. To be introduced, to
  /// tell one's voltages and to live in the shadow is not to act.
  private static let acts = [
    "balance(", "exchange(", "begin(", "advance(", "conclude(", "commit(", "ends(",
  ]

  private struct Ownership: Hashable {
    var era: Int64
    var segment: String
  }

  /// - Parameter expected: for as many ticks as a run may have; empty to learn them.
  package init(expected: [UInt64]) { self.expected = expected }

  /// A hash of all that a commit says.
  package static func hash(_ commit: Commit) -> UInt64 {
    var hash = TraceHash()
    hash.combine(UInt64(bitPattern: commit.tick))
    for state in commit.states {
      hash.combine(state.segment)
      hash.combine(state.state)
    }
    return hash.value
  }

  // MARK: The store

  /// The store has raised the era for a start of the coordinator.
  package mutating func raised(_ era: Int64, by coordinator: Int, at time: Duration) {
    if era <= self.era {
      report(
        .oneCoordinator, at: time, era: era,
        "start \(coordinator) of the coordinator was given era \(era) after era \(self.era)")
    }
    self.era = era
    self.coordinator = coordinator
  }

  /// The store has accepted a commit.
  package mutating func committed(
    _ commit: Commit, era: Int64, by coordinator: Int, at time: Duration
  ) {
    if era != self.era || coordinator != self.coordinator {
      report(
        .oneCoordinator, at: time, tick: commit.tick, era: era,
        "the store took the tick from start \(coordinator) of the coordinator; era \(self.era) "
          + "belongs to start \(self.coordinator.map(String.init) ?? "none")")
    }
    if commit.tick != lastTick + 1 {
      report(
        .noLostTick, at: time, tick: commit.tick, era: era,
        "the store took tick \(commit.tick) after tick \(lastTick)")
    }
    let hash = Self.hash(commit)
    if let wanted = expected.at(commit.tick), wanted != hash {
      let segments = commit.states.map(\.segment)
      report(
        .noChangedTick, at: time, tick: commit.tick, era: era, segment: segments.first,
        "the states of \(segments.count) segments differ from those of an undisturbed run")
    }
    lastHash = hash
    lastTick = max(lastTick, commit.tick)
    lastCommit = commit
    lastCommitTime = time
  }

  /// A coordinator has read the last commit.
  package mutating func read(_ commit: Commit?, by coordinator: Int, at time: Duration) {
    let found = commit?.tick ?? -1
    guard found == lastTick else {
      return report(
        .noLostTick, at: time, tick: lastTick, era: era,
        "start \(coordinator) of the coordinator finds tick \(found) in the store, which took tick "
          + "\(lastTick)")
    }
    guard commit == lastCommit else {
      return report(
        .noChangedTick, at: time, tick: found, era: era,
        "start \(coordinator) of the coordinator finds other bytes than the store took")
    }
  }

  // MARK: Messages

  /// A message has reached a node. A segment contributes by a result that arrives: a block or a
  /// conclusion at the coordinator, ends of ties or a round of balancing at a neighbour.
  package mutating func arrived(_ message: SimulatedMessage) {
    guard message.status == 200, message.actor.kind == "segment",
      Self.acts.contains(where: message.target.hasPrefix)
    else { return }
    contributions[message.target, default: 0] += 1
    let ownership = Ownership(era: message.era, segment: message.actor.name)
    guard let owner = owners[ownership] else {
      owners[ownership] = message.from
      return
    }
    guard owner != message.from else { return }
    report(
      .oneOwner, at: message.time, tick: lastTick + 1, era: message.era,
      nodes: [owner, message.from], segment: message.actor.name,
      "\(message.to) took a result of '\(message.target)' from \(message.from), after others of "
        + "this era from \(owner)")
  }

  // MARK: The end

  /// The run is over.
  ///
  /// - Parameters:
  ///   - calm: when the last fault was over.
  ///   - limit: how long a new commit may take after that.
  package mutating func end(at time: Duration, calmSince calm: Duration, limit: Duration) {
    guard let last = lastCommitTime, last > calm, last <= calm + limit else {
      return report(
        .progress, at: time, tick: lastTick + 1, era: era,
        "no commit within \(limit.components.seconds) s after the last fault was over; the last one "
          + "was at \(lastCommitTime.map { seconds($0) } ?? "-") s")
    }
  }

  private mutating func report(
    _ rule: Violation.Rule, at time: Duration, tick: Int64? = nil, era: Int64? = nil,
    nodes: [NodeName] = [], segment: String? = nil, _ text: String
  ) {
    // One of a kind tells the story; a thousand would hide it.
    guard violations.count < 20 else { return }
    violations.append(
      Violation(
        rule: rule, time: time, tick: tick, era: era, nodes: nodes, segment: segment, text: text))
  }
}

extension [UInt64] {
  fileprivate func at(_ tick: Int64) -> UInt64? {
    indices.contains(Int(tick)) ? self[Int(tick)] : nil
  }
}
