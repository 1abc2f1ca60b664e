import Metrics

/// A number that only grows, by parts of one too.
final class PrometheusSum: FloatingPointCounterHandler, PrometheusSeries {
  private let value = AtomicDouble()

  func increment(by amount: Double) {
    guard amount > 0 else { return }
    value.add(amount)
  }

  func reset() { value.store(0) }

  func lines(name: String, labels: String) -> String {
    PrometheusText.sample(name, labels, PrometheusText.number(value.load()))
  }
}
