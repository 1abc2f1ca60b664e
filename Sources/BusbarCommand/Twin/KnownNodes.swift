import Foundation
import Synchronization
import Twin

/// Where the nodes of a coordinator are: `nodes.json` in its directory. With it, a coordinator that is
/// started again somewhere else calls its nodes.
struct KnownNodes: Sendable, Equatable, Codable {
  var apiVersion = "busbar/v1"
  var kind = "KnownNodes"
  var nodes: [NodePlace]

  init(_ nodes: [NodePlace]) { self.nodes = nodes }

  /// What a directory holds, and where the next coordinator will read.
  static func memory(in directory: TwinDirectory) -> NodeMemory {
    let path = directory.nodes
    // It only saves time: without it nodes look for the coordinator by its name.
    let known = FileManager.default.contents(atPath: path)
      .flatMap { try? JSONDecoder().decode(KnownNodes.self, from: $0) }
    let last = Mutex(known)
    return NodeMemory(known: known?.nodes ?? []) { nodes in
      let new = KnownNodes(nodes)
      let isNews = last.withLock { last in
        defer { last = new }
        return last != new
      }
      if isNews { try? new.write(to: path) }
    }
  }

  private func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try encoder.encode(self).write(to: URL(fileURLWithPath: path), options: .atomic)
  }
}
