import ActorCluster

@testable import Twin

/// Looks at a detector when it is due, as a coordinator does.
struct Looks {
  var detector: FailureDetector
  var now = Duration.zero
  /// How late each look is.
  var lateness = Duration.zero
  var lastAnswer: [NodeName: Duration] = [:]

  init(_ detector: FailureDetector) { self.detector = detector }

  /// A detector with one member, which answered at zero.
  init(member: NodeName) {
    self.init(FailureDetector())
    detector.join(member, at: .zero)
    _ = detector.answered(member, at: .zero)
    lastAnswer[member] = .zero
  }

  /// Looks again and again; nobody answers.
  ///
  /// - Returns: when `body` was told an action that it was looking for; `nil` when it never was.
  mutating func look(
    until end: Duration, _ body: (inout Looks, FailureDetector.Action) -> Bool
  ) -> Duration? {
    while now <= end {
      for action in detector.tick(at: now) where body(&self, action) { return now }
      let latest = now + detector.heartbeats.interval
      now = min(detector.nextLook ?? latest, latest) + lateness
    }
    return nil
  }

  /// Looks while nodes answer each question a millisecond later.
  ///
  /// - Returns: when one was lost or forgotten.
  mutating func lookAnswering(_ nodes: [NodeName], until end: Duration) -> Duration? {
    look(until: end) { looks, action in
      guard case .ask(let node) = action else { return true }
      if nodes.contains(node) {
        let time = looks.now + .milliseconds(1)
        _ = looks.detector.answered(node, at: time)
        looks.lastAnswer[node] = time
      }
      return false
    }
  }

  /// Looks while each question to nodes fails after a moment.
  mutating func lookFailing(
    _ nodes: [NodeName], after latency: Duration = .milliseconds(1), until end: Duration,
    _ isWanted: (FailureDetector.Action) -> Bool
  ) -> Duration? {
    look(until: end) { looks, action in
      if case .ask(let node) = action, nodes.contains(node) {
        looks.detector.failed(node, at: looks.now + latency)
      }
      return isWanted(action)
    }
  }
}
