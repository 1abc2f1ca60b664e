import ActorCluster
import Distributed
import HTTP2Connection

/// Takes the reports of agents in other processes.
distributed actor RefereeDesk: ClusterActor {
  typealias ActorSystem = ActorCluster
  static let kind = "referee"
  static let name = "desk"
  static let identity = ActorIdentity(kind: kind, name: name, on: ExperimentAuthority.referee)
  static let targets = TargetTable<RefereeDesk> {
    Target("report(_:)") { actor, reports in try await actor.report(reports) }
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe actorSystem.executor(for: id) }

  private let inlet: ReportInlet

  init(_ inlet: ReportInlet, actorSystem: ActorCluster) {
    self.inlet = inlet
    self.actorSystem = actorSystem
  }

  distributed func report(_ reports: [AgentReport]) {
    for report in reports { inlet.take(report) }
  }
}

/// Where reports come in: from run to run another stream takes them.
final class ReportInlet: Sendable {
  private let out = Guarded<AsyncStream<RunNews>.Continuation?>(nil)

  /// A stream of the reports that come from now on.
  func open() -> (AsyncStream<RunNews>, AsyncStream<RunNews>.Continuation) {
    let (stream, next) = AsyncStream.makeStream(of: RunNews.self)
    out.withLock { $0 = next }
    return (stream, next)
  }

  func take(_ report: AgentReport) { _ = out.withLock { $0?.yield(.report(report)) } }
}

/// What a referee hears in a run.
enum RunNews: Sendable {
  case report(AgentReport)
  /// So that silence is noticed, too.
  case tick
}
