import Distributed

/// Why a call gave no result. Each case tells the caller what to do next.
public enum ClusterError: DistributedActorSystemError, Hashable {
  /// The method ran and threw: handle it as the method's own error.
  case remote(RemoteFailure)
  /// The node has no such actor, or the actor no such method: look the owner up again.
  case noSuchActor(ActorIdentity, target: String)
  /// The caller may not do this: give up.
  case unauthorised(ActorIdentity, target: String)
  /// The peer lives in another era: stop acting and ask the coordinator.
  case staleEra(current: Int64)
  /// The peer serves another twin: the address is wrong.
  case wrongTwin(String)
  /// The actor lives elsewhere: call it there.
  case moved(to: NodeName)
  /// The time is up, here or there; the method may have run.
  case deadlineExceeded(ActorIdentity, target: String)
  /// The calling task was cancelled; the method may have run.
  case cancelled
  /// The peer has too much to do: call again later. Nothing ran.
  case overloaded(NodeName)
  /// The connection broke: repeat the call if nothing ran or if repeating does no harm.
  case connectionLost(node: NodeName, mayHaveRun: Bool)
  /// There is no way to the node: wait, or look for it elsewhere. Nothing ran.
  case unreachable(NodeName, why: String)
  /// Both sides do not speak the same protocol: repeating will not help.
  case protocolViolation(String)
  /// Another actor has this name here: remove it first.
  case nameTaken(ActorIdentity)
}

extension ClusterError {
  /// Whether the call surely had no effect, so that repeating it is safe.
  public var surelyDidNotRun: Bool {
    switch self {
    case .noSuchActor, .unauthorised, .staleEra, .wrongTwin, .moved, .overloaded, .unreachable,
      .nameTaken:
      true
    case .connectionLost(_, let mayHaveRun): !mayHaveRun
    case .remote, .deadlineExceeded, .cancelled, .protocolViolation: false
    }
  }
}

extension ClusterError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .remote(let failure): "The method threw \(failure.type): \(failure.message)"
    case .noSuchActor(let actor, let target):
      "Node '\(actor.node)' has no actor '\(actor.kind)/\(actor.name)'"
        + (target.isEmpty ? "." : " with a method '\(target)'.")
    case .unauthorised(let actor, let target): "This node may not call '\(target)' on \(actor)."
    case .staleEra(let current): "The peer lives in era \(current), this node in another."
    case .wrongTwin(let twin): "The peer serves the twin '\(twin)'."
    case .moved(let node): "The actor moved to node '\(node)'."
    case .deadlineExceeded(let actor, let target):
      "\(actor) did not answer '\(target)' in time; it may have run."
    case .cancelled: "The call was cancelled; it may have run."
    case .overloaded(let node): "Node '\(node)' has too much to do; try again later."
    case .connectionLost(let node, let mayHaveRun):
      "The connection to node '\(node)' was lost; the call "
        + (mayHaveRun ? "may have run." : "did not run.")
    case .unreachable(let node, let why): "Node '\(node)' cannot be reached: \(why)"
    case .protocolViolation(let why): "The peers do not understand each other: \(why)"
    case .nameTaken(let actor): "An actor named \(actor) is there already; remove it first."
    }
  }
}
