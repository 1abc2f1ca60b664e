import ActorCluster

/// Decides who is part of the twin from who answers: events and times in, actions out.
///
///     join ─▶ candidate ──answered──▶ member ──silent, or failed in a row──▶ lost
///                 │                                                           │
///                 └────silent──▶ forgotten ◀───────────join (as new)──────────┘
///
/// A candidate owns nothing: a node that can call but not be called never becomes a member. A lost
/// node is asked nothing more; it comes back by joining anew.
package struct FailureDetector: Sendable {
  package enum Action: Sendable, Equatable {
    /// Ask the node whether it lives.
    case ask(NodeName)
    /// The node is lost; it last answered this long ago.
    case announceLost(NodeName, silence: Duration)
    /// The candidate never answered.
    case forget(NodeName)
  }

  package enum Standing: Sendable, Equatable {
    case candidate, member, lost
  }

  private struct Record {
    var standing: Standing
    /// When it last answered; when it joined, before the first answer.
    var heard: Duration
    var nextQuestion: Duration
    /// Whatever is suspected, no question follows the last one sooner.
    var earliestQuestion: Duration
    /// Questions that failed since the last answer.
    var failures = 0
  }

  package let heartbeats: Heartbeats
  private var records: [NodeName: Record] = [:]

  package init(_ heartbeats: Heartbeats = Heartbeats()) { self.heartbeats = heartbeats }

  /// The nodes that may own segments, by name.
  package var members: [NodeName] {
    records.filter { $0.value.standing == .member }.map(\.key).sorted()
  }

  /// How a node stands; `nil` for one that never joined or was forgotten.
  package func standing(of node: NodeName) -> Standing? { records[node]?.standing }

  /// How long a node has not answered.
  package func silence(of node: NodeName, at now: Duration) -> Duration? {
    records[node].map { now - $0.heard }
  }

  // MARK: Events

  /// A node has announced itself: it becomes a candidate, whatever it was.
  package mutating func join(_ node: NodeName, at now: Duration) {
    records[node] = Record(
      standing: .candidate, heard: now, nextQuestion: now, earliestQuestion: now)
  }

  /// A node has answered. A candidate becomes a member; a lost node stays lost.
  ///
  /// - Returns: whether it has become a member now.
  package mutating func answered(_ node: NodeName, at now: Duration) -> Bool {
    guard var record = records[node], record.standing != .lost else { return false }
    let isNew = record.standing == .candidate
    record.standing = .member
    record.heard = max(record.heard, now)
    record.failures = 0
    records[node] = record
    return isNew
  }

  /// A question has failed: nobody listens, or no answer came in time.
  package mutating func failed(_ node: NodeName, at now: Duration) {
    guard var record = records[node] else { return }
    record.failures += 1
    // The last failure of a row is acted on at once.
    let pause = record.failures < heartbeats.failures ? heartbeats.retry : .zero
    record.nextQuestion = min(record.nextQuestion, now + pause)
    records[node] = record
  }

  /// A node that was never part of this twin, whatever it answers.
  package mutating func forget(_ node: NodeName) { records[node] = nil }

  /// Something else went wrong with a node, such as its connection: it is asked at once, or a retry
  /// after the last question.
  package mutating func suspect(_ node: NodeName, at now: Duration) {
    guard let record = records[node] else { return }
    records[node]!.nextQuestion = min(record.nextQuestion, max(now, record.earliestQuestion))
  }

  // MARK: Time

  /// When the next `tick` has something to do, unless something happens before; `nil` while nobody is
  /// there. After a `tick` this is in the future.
  package var nextLook: Duration? {
    records.values.lazy.filter { $0.standing != .lost }
      .map { min($0.nextQuestion, $0.heard + heartbeats.silence) }.min()
  }

  /// What is to be done now; to be called at `nextLook`.
  package mutating func tick(at now: Duration) -> [Action] {
    forgiveOwnPause(at: now)
    // Questions that are due soon are asked with those that are due, and from then on together.
    let isTimeToAsk = records.values.contains { $0.standing != .lost && $0.nextQuestion <= now }
    let askedUntil = isTimeToAsk ? now + heartbeats.resolution : now
    var actions: [Action] = []
    for node in records.keys.sorted() {
      var record = records[node]!
      let silence = now - record.heard
      let isGone = silence >= heartbeats.silence || record.failures >= heartbeats.failures
      switch record.standing {
      case .lost: continue
      case .candidate where isGone:
        records[node] = nil
        actions.append(.forget(node))
        continue
      case .member where isGone:
        record.standing = .lost
        actions.append(.announceLost(node, silence: silence))
      case .candidate, .member:
        guard record.nextQuestion <= (record.failures == 0 ? askedUntil : now) else { continue }
        record.nextQuestion = now + heartbeats.interval
        record.earliestQuestion = now + heartbeats.retry
        actions.append(.ask(node))
      }
      records[node] = record
    }
    return actions
  }

  /// Whoever slept heard nobody: the time by which this look comes later than it was due is no
  /// silence. The time up to then counts, so that a hanging node is found by a slow process too.
  private mutating func forgiveOwnPause(at now: Duration) {
    guard let due = nextLook, now - due > heartbeats.resolution else { return }
    let pause = now - due
    for node in records.keys {
      // Who answered between the pause and this look was heard then, not in the future.
      records[node]!.heard = min(records[node]!.heard + pause, now)
    }
  }
}
