import ActorCluster
import Foundation
import Twin

/// What an operator gets to see of a twin: its coordinator's word, or what the nodes know while
/// there is no coordinator.
enum TwinView: Sendable {
  case running(TwinStatus, record: TwinRecord?)
  /// The nodes that answered, with what they know; the others by name.
  case headless(record: TwinRecord, views: [NodeView], silent: [String])
  /// No process of the twin is there.
  case ended(TwinRecord, why: String)

  /// Asks the coordinator of a directory's twin, and its nodes when that does not answer.
  static func look(_ directory: TwinDirectory) async throws -> TwinView {
    let record = try TwinRecord.read(directory)
    return try await TwinClient.use(record, in: directory) { try await look(directory, record, $0) }
  }

  private static func look(
    _ directory: TwinDirectory, _ record: TwinRecord, _ client: TwinClient
  ) async throws -> TwinView {
    if let card = CoordinatorCard.read(directory), card.process.isAlive,
      let status = try? await client.status(at: NodeAddress(host: card.host, port: card.port))
    {
      return .running(status, record: record)
    }
    guard record.parts.contains(where: \.isAlive) else {
      let card = CoordinatorCard.read(directory)
      return .ended(record, why: card?.reason ?? "its coordinator was lost")
    }
    return await headless(record, client)
  }

  /// Asks a coordinator whose address a person gave.
  static func look(_ twin: OutsideTwin) async throws -> TwinView {
    try await twin.use { client in
      .running(
        try await twin.ask { try await client.status(at: $0) }, record: nil)
    }
  }

  private static func headless(_ record: TwinRecord, _ client: TwinClient) async -> TwinView {
    let views = await withTaskGroup(of: NodeView?.self) { group in
      for node in record.nodes {
        guard let address = node.address, node.isAlive else { continue }
        group.addTask { try? await client.look(at: NodeName(node.name), address) }
      }
      var views: [NodeView] = []
      while let view = await group.next() { if let view { views.append(view) } }
      return views.sorted { $0.node < $1.node }
    }
    let answered = Set(views.map(\.node.rawValue))
    return .headless(
      record: record, views: views,
      silent: record.nodes.map(\.name).filter { !answered.contains($0) })
  }
}
