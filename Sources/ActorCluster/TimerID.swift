/// Names a scheduled action; larger ones were scheduled later.
public struct TimerID: Hashable, Sendable {
  package let number: UInt64

  package init(number: UInt64) { self.number = number }
}
