/// The periods that set-points look ahead over: the tick itself, the next, and then longer and longer
/// ones, 1, 1, 2, 2, 4, 4, … steps, of which the last takes the rest.
///
/// What is far is coarse and becomes fine as it comes nearer; a day of quarter hours is 12 periods.
package struct Horizon: Sendable, Equatable {
  /// The steps of each period, counted from the tick, without gaps.
  package let periods: [Range<Int>]

  package init(steps: Int) {
    precondition(steps > 0, "A horizon has the tick itself.")
    var periods: [Range<Int>] = []
    var first = 0
    while first < steps {
      let length = 1 << (periods.count / 2)
      // A rest that is shorter than half a period is no period of its own.
      let last = first + length + length / 2 >= steps ? steps : first + length
      periods.append(first..<last)
      first = last
    }
    self.periods = periods
  }

  package var steps: Int { periods[periods.count - 1].upperBound }

  /// The period that holds a step; the last for what comes after all.
  package func period(of step: Int) -> Int {
    periods.firstIndex { $0.contains(step) } ?? periods.count - 1
  }
}
