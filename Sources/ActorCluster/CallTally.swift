import Metrics
import Observability
import Synchronization

/// The calls of one method in one direction: how many, how they ended, and how long they took.
///
/// A call that has ended is four atomic additions. Series are made by the first call that needs them.
final class CallTally: Sendable {
  enum Direction: Hashable, Sendable {
    case made, served
  }

  let call: CallCounters.Key
  private let direction: Direction
  private let factory: any MetricsFactory
  private let begun = Atomic(0)
  private let duration = AtomicLazyReference<Timer>()
  private let results: [Result]

  /// An array holds no atomics, only objects that do.
  private final class Result: Sendable {
    let counter = AtomicLazyReference<Counter>()
  }

  init(_ direction: Direction, _ call: CallCounters.Key, _ factory: any MetricsFactory) {
    self.direction = direction
    self.call = call
    self.factory = factory
    results = CallResult.allCases.map { _ in Result() }
  }

  /// Calls that began, whether they have ended or not.
  var count: Int { begun.load(ordering: .relaxed) }

  func begin() { begun.add(1, ordering: .relaxed) }

  func end(_ result: CallResult, after duration: Duration) {
    counter(result).increment()
    timer.recordNanoseconds(duration.wholeNanoseconds)
  }

  private var labels: Measure.Labels { [("kind", call.kind), ("method", call.target)] }

  private func counter(_ result: CallResult) -> Counter {
    let place = results[result.rawValue]
    if let known = place.counter.load() { return known }
    let measure = direction == .made ? Measure.callsMade : .callsServed
    return place.counter.storeIfNil(
      measure.counter(labels + [("result", result.word)], in: factory))
  }

  private var timer: Timer {
    if let known = duration.load() { return known }
    let measure = direction == .made ? Measure.callsMadeDuration : .callsServedDuration
    return duration.storeIfNil(measure.timer(labels, in: factory))
  }
}
