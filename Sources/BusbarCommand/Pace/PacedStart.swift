import Foundation

/// Waits until each tick is due, and measures how late it begins.
///
/// The runtime's own timer is fine enough when it is given no tolerance. Measured on two cores of an
/// AMD EPYC: `chrt -f 5 busbar demo --pace 90000 --ticks 6000`, ticks of 10 ms for 60 s, began
/// 0.20 ms late at the median, 0.35 ms at p99, 1.6 ms at most; the priority keeps the machine's
/// other load away. `scripts/bench-pace` measures it.
struct PacedStart: Sendable {
  let factor: Double
  private(set) var shifts = 0
  private var pacer: Pacer

  private static let start = ContinuousClock.now
  private static var now: Duration { start.duration(to: .now) }

  /// Begins with a tick now.
  init(step_s: Int64, factor: Double, first: Int64) {
    self.factor = factor
    pacer = Pacer(step_s: step_s, factor: factor, first: first, start: Self.now)
  }

  /// Waits until a tick is due.
  ///
  /// - Returns: by how much the rest of the day was moved, if it was.
  mutating func wait(for tick: Int64) async throws -> Duration? {
    while true {
      switch pacer.begin(tick, at: Self.now) {
      case .wait(let due):
        try await Task.sleep(until: Self.start + due, tolerance: .zero, clock: .continuous)
      case .now: return nil
      case .moved(let delay):
        shifts += 1
        return delay
      }
    }
  }

  /// How late it is for a tick, in milliseconds.
  func lateness_ms(of tick: Int64) -> Double { (Self.now - pacer.due(tick)).milliseconds }
}
