import Observability
import Twin

/// What `busbar ps -o metrics` prints: the gauges of the coordinator's own page, made from its answer.
extension TwinView {
  var metrics: String {
    let registry = PrometheusMetrics(StatusPages.measures, labels: [("twin", twin)])
    switch self {
    case .running(let status, _): status.record(in: registry)
    case .headless(_, let views, _):
      TwinStatus.recordAbsence(in: registry)
      for view in views { view.record(in: registry) }
    case .ended: TwinStatus.recordAbsence(in: registry)
    }
    return registry.text
  }

  /// The name of the twin.
  var twin: String {
    switch self {
    case .running(let status, _): status.twin
    case .headless(let record, _, _), .ended(let record, _): record.twin
    }
  }
}
