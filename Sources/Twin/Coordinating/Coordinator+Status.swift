import ActorCluster
import Distributed
import GridModel

/// How the twin is, for an operator.
extension Coordinator {
  /// How the twin is now; a coordinator that has not formed one yet says so by `waiting`.
  package distributed func status() -> TwinStatus {
    let now = actorSystem.now
    let committed = (try? store.lastCommit()?.tick) ?? -1
    return TwinStatus(
      twin: actorSystem.twin, phase: phase, era: actorSystem.era, committedTick: committed,
      time: committed < 0 ? "" : "\(charter?.time.time(of: committed).description ?? "")",
      nodes: roster.keys.sorted().compactMap { node in
        guard let member = roster[node], let standing = detector.standing(of: node) else {
          return nil
        }
        return TwinStatus.NodeStatus(
          node: node, standing: standing.word, host: member.card.host, port: member.card.port,
          pid: member.card.pid,
          silence_ms: detector.silence(of: node, at: now)?.milliseconds ?? 0,
          answer_ms: member.answerTime.milliseconds)
      },
      segments: zip(ledger.holdings, charter?.parts ?? []).map { holding, part in
        TwinStatus.SegmentStatus(
          segment: holding.segment.text, node: holding.owner, home: part.home)
      },
      stall: progress.stall(at: now) >= settings.stall ? stallChain(at: now) : [],
      figures: figures)
  }

  /// The events after one that the asker has; the first that are kept after 0.
  package distributed func events(after number: Int64) throws -> EventPage {
    var page = try shelf.page(after: number, at: actorSystem.now)
    page.reign = settings.reign
    return page
  }

  private var phase: TwinStatus.Phase {
    if isFinished { return .finished }
    guard charter != nil, !detector.members.isEmpty else { return .waiting }
    return ledger.isSettled ? .running : .recovering
  }

  /// Explains a tick that stands still: in the log, once and then every few seconds.
  func lookForStall() {
    let now = actorSystem.now
    let stall = progress.stall(at: now)
    if stall >= settings.stall {
      guard !progress.isTold else { return }
      progress.isTold = true
      metrics.stalls.increment()
      let chain = stallChain(at: now).map(\.description).joined(separator: "; ")
      tell(
        .stalled,
        "tick \(progress.tick) has stood still for \(Int(stall.milliseconds)) ms: \(chain)")
    } else if progress.isTold {
      progress.isTold = false
      tell(.stallEnded, "tick \(progress.tick) stands still no longer")
    }
  }

  func stallChain(at now: Duration) -> [Wait] {
    StallChain(
      progress: progress,
      owners: Dictionary(
        ledger.holdings.compactMap { holding in holding.owner.map { (holding.segment, $0) } },
        uniquingKeysWith: { $1 }),
      silence: Dictionary(
        roster.keys.map { ($0, detector.silence(of: $0, at: now)) }, uniquingKeysWith: { $1 }
      ).compactMapValues { $0 },
      waits: roster.keys.sorted().flatMap { roster[$0]?.pulse?.waits ?? [] },
      members: detector.members
    ).links(at: now)
  }
}

extension FailureDetector.Standing {
  fileprivate var word: TwinStatus.NodeStatus.Standing {
    switch self {
    case .candidate: .joining
    case .member: .member
    case .lost: .lost
    }
  }
}
