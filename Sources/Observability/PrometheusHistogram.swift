import Metrics
import Synchronization

/// Observations by size, in buckets with fixed upper bounds.
///
/// An observation is two atomic additions: to its bucket, and to the sum, which is kept in
/// billionths so that it needs no loop.
final class PrometheusHistogram: TimerHandler, RecorderHandler, PrometheusSeries {
  private let bounds: [Double]
  /// The bounds in billionths, as durations come.
  private let limits: [Int64]
  private let buckets: [Bucket]
  private let sum = Atomic<Int64>(0)

  /// An array holds no atomics, only objects that do.
  private final class Bucket: Sendable {
    let count = Atomic<Int64>(0)
  }

  private static let billion = 1e9

  /// - Parameter bounds: ascending; the last bucket, which has none, is added.
  init(bounds: [Double]) {
    self.bounds = bounds
    limits = bounds.map { Int64(($0 * Self.billion).rounded()) }
    buckets = (0...bounds.count).map { _ in Bucket() }
  }

  func recordNanoseconds(_ duration: Int64) { observe(duration) }

  func record(_ value: Int64) { record(Double(value)) }

  func record(_ value: Double) {
    let billionths = (value * Self.billion).rounded()
    // What cannot be added up is of no use to anybody.
    guard let observed = Int64(exactly: billionths) else { return }
    observe(observed)
  }

  private func observe(_ billionths: Int64) {
    // Most observations are small and the bounds few.
    var index = 0
    while index < limits.count, billionths > limits[index] { index += 1 }
    buckets[index].count.wrappingAdd(1, ordering: .relaxed)
    sum.wrappingAdd(billionths, ordering: .relaxed)
  }

  func lines(name: String, labels: String) -> String {
    let more = labels.isEmpty ? "" : labels + ","
    var text = ""
    var total: Int64 = 0
    for (index, bucket) in buckets.enumerated() {
      total += bucket.count.load(ordering: .relaxed)
      let bound = index < bounds.count ? bounds[index] : .infinity
      text += PrometheusText.sample(
        name + "_bucket", more + "le=\"\(PrometheusText.number(bound))\"", "\(total)")
    }
    let seconds = Double(sum.load(ordering: .relaxed)) / Self.billion
    text += PrometheusText.sample(name + "_sum", labels, PrometheusText.number(seconds))
    return text + PrometheusText.sample(name + "_count", labels, "\(total)")
  }
}
