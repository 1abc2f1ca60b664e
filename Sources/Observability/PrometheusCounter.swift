import Metrics
import Synchronization

/// A whole number that only grows.
final class PrometheusCounter: CounterHandler, PrometheusSeries {
  private let value = Atomic<Int64>(0)

  func increment(by amount: Int64) {
    guard amount > 0 else { return }
    value.wrappingAdd(amount, ordering: .relaxed)
  }

  func reset() { value.store(0, ordering: .relaxed) }

  func lines(name: String, labels: String) -> String {
    PrometheusText.sample(name, labels, "\(value.load(ordering: .relaxed))")
  }
}
