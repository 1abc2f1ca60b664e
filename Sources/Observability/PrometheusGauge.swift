import Metrics

/// A number that goes up and down: the last one that was recorded.
final class PrometheusGauge: MeterHandler, RecorderHandler, PrometheusSeries {
  private let value = AtomicDouble()

  func set(_ value: Int64) { self.value.store(Double(value)) }
  func set(_ value: Double) { self.value.store(value) }
  func increment(by amount: Double) { value.add(amount) }
  func decrement(by amount: Double) { value.add(-amount) }
  func record(_ value: Int64) { self.value.store(Double(value)) }
  func record(_ value: Double) { self.value.store(value) }

  func lines(name: String, labels: String) -> String {
    PrometheusText.sample(name, labels, PrometheusText.number(value.load()))
  }
}
