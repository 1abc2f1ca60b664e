import Metrics
import Observability
import Synchronization

/// Where a process counts.
enum ProcessMetrics {
  private static let hasBegun = Atomic(false)

  /// Makes what counts for a twin. The first one of a process also takes what libraries count.
  static func registry(twin: String) -> PrometheusMetrics {
    let registry = PrometheusMetrics(StatusPages.measures, labels: [("twin", twin)])
    // swift-metrics can be told once.
    if !hasBegun.exchange(true, ordering: .relaxed) { MetricsSystem.bootstrap(registry) }
    return registry
  }
}
