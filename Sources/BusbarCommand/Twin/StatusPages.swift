import ActorCluster
import HTTP2Connection
import Observability
import Twin

/// What every process of a twin answers on its port beside calls: `GET /metrics` and
/// `GET /v1/health`.
struct StatusPages {
  /// All that the processes of a twin measure.
  static let measures = Measure.calls + Measure.connections + Measure.twin

  /// Where the process counts.
  let registry: PrometheusMetrics
  let sample: @Sendable (ActorCluster) async -> Void
  let health: @Sendable (ActorCluster) async -> TwinHealth

  init(
    twin: String, sample: @escaping @Sendable (ActorCluster) async -> Void,
    health: @escaping @Sendable (ActorCluster) async -> TwinHealth
  ) {
    registry = ProcessMetrics.registry(twin: twin)
    self.sample = sample
    self.health = health
  }

  static func ofCoordinator(twin: String) -> StatusPages {
    StatusPages(
      twin: twin, sample: { await Coordinator.sampleMetrics(on: $0) },
      health: { await Coordinator.health(on: $0) })
  }

  static func ofNode(twin: String) -> StatusPages {
    StatusPages(
      twin: twin, sample: { await TwinNode.sampleMetrics(on: $0) },
      health: { await TwinNode.health(on: $0) })
  }

  func routes(_ cluster: ActorCluster) -> [Router.Route] {
    let (registry, sample, health) = (registry, sample, health)
    return [
      Self.route(to: .metrics) {
        cluster.sampleMetrics()
        await sample(cluster)
        return HTTP2Response(
          status: 200, headers: ["content-type": PrometheusMetrics.contentType],
          body: Array(registry.text.utf8))
      },
      Self.route(to: .health) { Self.response(await health(cluster), of: cluster) },
    ]
  }

  private static func route(
    to page: StatusPage, _ make: @escaping @Sendable () async -> HTTP2Response
  ) -> Router.Route {
    .at(page.path, method: "GET", Page(for: { CallTable.lets($0?.uri, read: page) }, make))
  }

  private static func response(_ health: TwinHealth, of cluster: ActorCluster) -> HTTP2Response {
    let document: JSON = [
      "apiVersion": "busbar/v1", "kind": "Health",
      "status": health.isHealthy ? "ok" : "failing",
      "twin": .string(cluster.twin), "part": .string(health.part),
      "name": .string(cluster.node.rawValue), "era": .integer(health.era),
      "trouble": JSON(health.trouble),
    ]
    return HTTP2Response(
      status: health.isHealthy ? 200 : 503, headers: ["content-type": "application/json"],
      body: Array((document.text + "\n").utf8))
  }
}
