import ActorCluster
import ArgumentParser

/// A crash to show: which node dies, and when. Written `NODE@TICK`.
struct KillOrder: Sendable, Equatable, ExpressibleByArgument {
  let node: NodeName
  let tick: Int64

  init?(argument: String) {
    guard let at = argument.lastIndex(of: "@"), at != argument.startIndex,
      let tick = Int64(argument[argument.index(after: at)...]), tick >= 0
    else { return nil }
    node = NodeName(String(argument[..<at]))
    self.tick = tick
  }
}
