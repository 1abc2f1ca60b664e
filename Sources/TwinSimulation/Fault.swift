import ActorCluster
import SimulatedCluster

/// One thing that goes wrong, and for how long.
package struct Fault: Sendable, Equatable {
  /// What goes wrong.
  package enum Kind: Sendable, Equatable {
    /// A process ends as by `kill -9`; it is started again at the fault's end, or never.
    case crash(NodeName, returns: Bool)
    /// A process stands still as by `SIGSTOP`, and goes on at the fault's end.
    case pause(NodeName)
    /// What some send to others is lost; with `bothWays` also what the others send.
    case partition(from: [NodeName], to: [NodeName], bothWays: Bool)
    /// All that these nodes send to anyone, and get from anyone, goes over bad ways.
    case badLinks([NodeName], LinkQuality)
    /// The next commit kills the coordinator, before or after it took effect; the coordinator is
    /// started again at the fault's end.
    case storeCrash(StoreCrash)
  }

  package var kind: Kind
  /// From when on it may begin, counted from the first commit.
  package var start: Duration
  /// It begins when this many messages of a tick were sent since; `nil` begins at once. Ticks are
  /// short and far between: a fault that waits for one hits it.
  package var tickMessages: Int?
  /// When it is over, whether it has begun or not.
  package var end: Duration

  /// How a summary counts it.
  package var name: String {
    switch kind {
    case .crash(Disaster.coordinator, _): "coordinator crash"
    case .crash(_, returns: true): "crash and restart"
    case .crash(_, returns: false): "crash"
    case .pause(Disaster.coordinator): "coordinator pause"
    case .pause: "pause"
    case .partition(_, _, bothWays: false): "one-way partition"
    case .partition(_, _, bothWays: true): "partition"
    case .badLinks(_, let quality):
      quality.loss > 0 ? "loss" : quality.duplication > 0 ? "duplication" : "reordering"
    case .storeCrash(.beforeCommit): "store crash before a commit"
    case .storeCrash(.afterCommit): "store crash after a commit"
    }
  }
}

/// When a commit kills its coordinator.
package enum StoreCrash: Sendable, Equatable {
  /// The store does not have the tick.
  case beforeCommit
  /// The store has the tick, and nobody was told.
  case afterCommit
}

extension Fault: CustomStringConvertible {
  package var description: String {
    let when =
      "\(seconds(start)) to \(seconds(end)) s"
      + (tickMessages.map { ", from message \($0) of a tick on" } ?? "")
    return "\(when): \(what)"
  }

  private var what: String {
    switch kind {
    case .crash(let node, let returns):
      "\(node) crashes" + (returns ? " and is started again" : " for good")
    case .pause(let node): "\(node) stands still"
    case .partition(let from, let to, let bothWays):
      "nothing gets from \(list(from)) to \(list(to))" + (bothWays ? " or back" : "")
    case .badLinks(let nodes, let quality):
      "the ways to and from \(list(nodes)) lose \(percent(quality.loss)), double "
        + "\(percent(quality.duplication)) and delay \(percent(quality.reordering)) by up to "
        + "\(seconds(quality.lateness)) s"
    case .storeCrash(.beforeCommit): "the next commit kills the coordinator before it takes effect"
    case .storeCrash(.afterCommit): "the next commit kills the coordinator after it took effect"
    }
  }

  private func list(_ nodes: [NodeName]) -> String {
    nodes.map(\.rawValue).joined(separator: ", ")
  }

  private func percent(_ share: Double) -> String { "\(Int((100 * share).rounded())) %" }
}

/// A duration in seconds, to the millisecond.
func seconds(_ duration: Duration) -> String {
  let milliseconds = duration.wholeMilliseconds
  let fraction = "\(1000 + milliseconds % 1000)".dropFirst()
  return "\(milliseconds / 1000).\(fraction)"
}
