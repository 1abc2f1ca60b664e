import Metrics
import Synchronization

/// Keeps the metrics of one process, or of one node of it, and shows them in the text format of
/// Prometheus.
///
/// Handles are made under a lock and kept by whoever counts; counting is an atomic addition or two
/// and takes no lock.
///
/// Source: "Exposition formats", text format version 0.0.4, prometheus.io.
public final class PrometheusMetrics: MetricsFactory {
  /// Series that one metric may have; a twin's nodes and methods stay far below. Beyond it all
  /// further ones share a series whose labels say `other`, so that sums stay right and a peer that
  /// makes up names cannot fill the memory.
  public static let seriesPerMetric = 1_024
  /// Metrics, of which a process declares a few dozen; what comes beyond is counted and not kept.
  public static let maximumMetrics = 256

  /// The media type of `text`.
  public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  static let refused = Measure(
    "busbar_metrics_refused_total",
    "Series that were folded into others or not kept: too many, or of two forms.", .counter)

  private let measures: [String: Measure]
  private let labels: Measure.Labels
  private let families: Mutex<[String: PrometheusFamily]>
  private let refusals = PrometheusCounter()

  /// - Parameters:
  ///   - measures: what is known of metrics by name; any other gets no help, and a histogram the
  ///     bounds of calls.
  ///   - labels: added to every series, before its own.
  public init(_ measures: [Measure] = [], labels: Measure.Labels = []) {
    self.measures = Dictionary(measures.map { ($0.name, $0) }) { first, _ in first }
    self.labels = labels
    var own = PrometheusFamily(PrometheusText.name(Self.refused.name), Self.refused)
    own.keep(refusals, PrometheusText.labels(labels))
    families = Mutex([own.name: own])
  }

  /// All metrics, by name, as one document.
  public var text: String {
    families.withLock { families in
      families.values.sorted { $0.name < $1.name }.map(\.text).joined()
    }
  }

  /// Finds a series, or makes it.
  private func series<Handler: PrometheusSeries>(
    _ name: String, _ labels: Measure.Labels, _ usual: Measure.Form,
    _ make: (Measure.Form) -> Handler
  ) -> Handler {
    let family = PrometheusText.name(name)
    return families.withLock { families in
      let form = measures[name]?.form ?? usual
      if families[family] == nil, families.count < Self.maximumMetrics {
        families[family] = PrometheusFamily(
          family, measures[name] ?? Measure(name, "", usual))
      }
      guard let known = families[family] else {
        refusals.increment(by: 1)
        return make(form)
      }
      var text = PrometheusText.labels(self.labels + labels)
      if known.count >= Self.seriesPerMetric, known[text] == nil {
        refusals.increment(by: 1)
        text = PrometheusText.labels(self.labels + labels.map { ($0.0, "other") })
      }
      if let there = known[text] as? Handler { return there }
      let new = make(form)
      guard known[text] == nil, known.measure.form.isLike(usual) else {
        refusals.increment(by: 1)
        return new
      }
      families[family]!.keep(new, text)
      return new
    }
  }

  private func forget(_ series: any AnyObject & Sendable) {
    families.withLock { families in
      for name in families.keys { families[name]!.forget(series) }
    }
  }

  // MARK: What swift-metrics asks for

  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    series(label, dimensions, .counter) { _ in PrometheusCounter() }
  }

  public func makeFloatingPointCounter(
    label: String, dimensions: [(String, String)]
  ) -> any FloatingPointCounterHandler {
    series(label, dimensions, .counter) { _ in PrometheusSum() }
  }

  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    series(label, dimensions, .gauge) { _ in PrometheusGauge() }
  }

  public func makeRecorder(
    label: String, dimensions: [(String, String)], aggregate: Bool
  ) -> any RecorderHandler {
    guard aggregate else { return series(label, dimensions, .gauge) { _ in PrometheusGauge() } }
    return series(label, dimensions, .histogram(bounds: Measure.callBounds)) {
      PrometheusHistogram(bounds: $0.bounds)
    }
  }

  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    series(label, dimensions, .histogram(bounds: Measure.callBounds)) {
      PrometheusHistogram(bounds: $0.bounds)
    }
  }

  public func destroyCounter(_ handler: any CounterHandler) { forget(handler) }
  public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {
    forget(handler)
  }
  public func destroyMeter(_ handler: any MeterHandler) { forget(handler) }
  public func destroyRecorder(_ handler: any RecorderHandler) { forget(handler) }
  public func destroyTimer(_ handler: any TimerHandler) { forget(handler) }
}

extension Measure.Form {
  var word: String {
    switch self {
    case .counter: "counter"
    case .gauge: "gauge"
    case .histogram: "histogram"
    }
  }

  var bounds: [Double] {
    if case .histogram(let bounds) = self { bounds } else { Measure.callBounds }
  }

  func isLike(_ other: Measure.Form) -> Bool { word == other.word }
}
