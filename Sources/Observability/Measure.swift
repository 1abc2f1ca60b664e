import Metrics

/// One metric that a process shows: its name, what it means, and how it is counted.
///
/// It is declared once, next to what it measures; series with labels are made from it through
/// swift-metrics, with whatever factory the process has.
public struct Measure: Sendable {
  /// How values become samples.
  public enum Form: Sendable, Equatable {
    /// Only grows; its name ends in `_total`.
    case counter
    /// Goes up and down.
    case gauge
    /// Counts observations by size; bounds ascend, in seconds for durations.
    case histogram(bounds: [Double])
  }

  public typealias Labels = [(String, String)]

  public let name: String
  /// A sentence that names the unit, for the reader of the metrics page.
  public let help: String
  public let form: Form

  public init(_ name: String, _ help: String, _ form: Form) {
    self.name = name
    self.help = help
    self.form = form
  }

  /// From a call on loopback to the time that any call may take.
  public static let callBounds = [
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3,
  ]

  public func counter(_ labels: Labels = [], in factory: any MetricsFactory) -> Counter {
    Counter(label: name, dimensions: labels, factory: factory)
  }

  public func gauge(_ labels: Labels = [], in factory: any MetricsFactory) -> Gauge {
    Gauge(label: name, dimensions: labels, factory: factory)
  }

  /// Observes plain numbers in a histogram.
  public func recorder(_ labels: Labels = [], in factory: any MetricsFactory) -> Recorder {
    Recorder(label: name, dimensions: labels, aggregate: true, factory: factory)
  }

  /// Observes durations in a histogram of seconds.
  public func timer(_ labels: Labels = [], in factory: any MetricsFactory) -> Timer {
    Timer(label: name, dimensions: labels, factory: factory)
  }
}
