import ActorCluster
import GridModel

/// Explains a tick that stands still: who waits for whom, from the coordinator to the one that does
/// not come.
struct StallChain: Sendable {
  var progress: Progress
  var owners: [SegmentPlan.ID: NodeName]
  /// Since when each node has not answered a heartbeat.
  var silence: [NodeName: Duration]
  /// Whom segments said in their nodes' last answers that they wait for.
  var waits: [SegmentWait]
  var members: [NodeName]

  /// An answer older than this is worth telling: a heartbeat comes every 250 ms.
  private static let remarkableSilence = Duration.milliseconds(600)

  func links(at now: Duration) -> [Wait] {
    guard !members.isEmpty else {
      return [
        link("coordinator", on: "a node", "no node is left", since: progress.since ?? now, now)
      ]
    }
    // The one that waits for nobody itself, if there is one, is at the end of the chain.
    guard
      let first = progress.open.sorted().max(by: { chain(from: $0).count < chain(from: $1).count })
    else {
      return [
        link(
          "coordinator", on: "itself",
          progress.lastFailure.map { "the last attempt failed: \($0)" }
            ?? "it prepares the next round", since: progress.asked, now)
      ]
    }
    var links = [
      link("coordinator", on: place(first), why(progress.what, first), since: progress.asked, now)
    ]
    for wait in chain(from: first) {
      links.append(
        Wait(
          waiter: "segment \(wait.waiter)", on: place(wait.on), tick: wait.tick,
          why: why("its ends of their ties", wait.on), since_ms: wait.since_ms))
    }
    return links
  }

  /// Who waits for whom from a segment on; a circle is told once.
  private func chain(from segment: SegmentPlan.ID) -> [SegmentWait] {
    var chain: [SegmentWait] = []
    var seen: Set<SegmentPlan.ID> = [segment]
    var last = segment
    while let next = waits.filter({ $0.waiter == last }).max(by: { $0.since_ms < $1.since_ms }),
      seen.insert(next.on).inserted
    {
      chain.append(next)
      last = next.on
    }
    return chain
  }

  private func why(_ what: String, _ segment: SegmentPlan.ID) -> String {
    var reasons = [what]
    if let owner = owners[segment] {
      if !members.contains(owner) {
        reasons.append("node \(owner) is lost")
      } else if let silence = silence[owner], silence >= Self.remarkableSilence {
        reasons.append("node \(owner) has not answered for \(Int(silence.milliseconds)) ms")
      } else {
        reasons.append("node \(owner) answers heartbeats")
      }
    }
    if let failure = progress.lastFailure { reasons.append("the last attempt failed: \(failure)") }
    return reasons.joined(separator: "; ")
  }

  private func place(_ segment: SegmentPlan.ID) -> String {
    "segment \(segment)" + (owners[segment].map { " on node \($0)" } ?? "")
  }

  private func link(
    _ waiter: String, on: String, _ why: String, since: Duration, _ now: Duration
  ) -> Wait {
    Wait(
      waiter: waiter, on: on, tick: progress.tick, why: why, since_ms: (now - since).milliseconds)
  }
}
