/// Names a scheduled action; larger ones were scheduled later.
public struct TimerID: Hashable, Sendable {
  let number: UInt64
}
