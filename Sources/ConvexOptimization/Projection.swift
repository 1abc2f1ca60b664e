/// Nearest points of simple sets, in closed form or by one sorted pass.
///
/// The projection of x onto a closed convex set is the one point of it with least ‖x - p‖₂. All points
/// are of one shape, `[dimension]`.
public enum Projection {
  /// Onto the box lower ≤ p ≤ upper: pᵢ = min(max(xᵢ, lowerᵢ), upperᵢ).
  ///
  /// Limits may be infinite, and must not cross.
  ///
  /// Source: S. Boyd and L. Vandenberghe, *Convex Optimization*, 2004, section 8.1.1.
  public static func ontoBox(_ x: [Double], lower: [Double], upper: [Double]) -> [Double] {
    checkBox(x, lower, upper)
    return x.indices.map { min(max(x[$0], lower[$0]), upper[$0]) }
  }

  /// Onto the simplex p ≥ 0, Σ pᵢ = total: pᵢ = max(xᵢ - t, 0), with the t that makes the sum right.
  ///
  /// With x sorted downwards, t = (x₁ + … + x_k - total) / k for the largest k with x_k > t. The total
  /// is zero or more. O(n log n).
  ///
  /// Source: J. Duchi, S. Shalev-Shwartz, Y. Singer and T. Chandra, "Efficient projections onto the
  /// l1-ball for learning in high dimensions", ICML 2008.
  public static func ontoSimplex(_ x: [Double], total: Double = 1) -> [Double] {
    precondition(total >= 0 && total.isFinite, "A simplex has a total of zero or more.")
    precondition(!x.isEmpty || total == 0, "Nothing sums to zero only.")
    guard total > 0 else { return [Double](repeating: 0, count: x.count) }
    var sum = 0.0
    var threshold = -Double.infinity
    for (position, value) in x.sorted(by: >).enumerated() {
      sum += value
      let next = (sum - total) / Double(position + 1)
      guard value > next else { break }
      threshold = next
    }
    return x.map { max($0 - threshold, 0) }
  }

  /// Onto the hyperplane normalᵀ p = level: p = x - (normalᵀ x - level) / ‖normal‖² · normal.
  ///
  /// The normal is not zero.
  ///
  /// Source: S. Boyd and L. Vandenberghe, *Convex Optimization*, 2004, section 8.1.1.
  public static func ontoHyperplane(_ x: [Double], normal: [Double], level: Double) -> [Double] {
    moved(x, along: normal, by: excess(x, normal, level))
  }

  /// Onto the halfspace normalᵀ p ≤ level: x itself where it lies inside, otherwise its projection onto
  /// the hyperplane.
  ///
  /// Source: S. Boyd and L. Vandenberghe, *Convex Optimization*, 2004, section 8.1.1.
  public static func ontoHalfspace(_ x: [Double], normal: [Double], level: Double) -> [Double] {
    moved(x, along: normal, by: max(0, excess(x, normal, level)))
  }

  /// Onto the ball ‖p - center‖₂ ≤ radius: p = center + (x - center) · min(1, radius / ‖x - center‖).
  ///
  /// The apparent-power limit P² + Q² ≤ S² is such a ball.
  ///
  /// Source: N. Parikh and S. Boyd, "Proximal algorithms", Found. Trends Optim. 1(3), 2014, section
  /// 6.5.1.
  public static func ontoBall(_ x: [Double], center: [Double], radius: Double) -> [Double] {
    precondition(radius >= 0, "A ball has a radius of zero or more.")
    precondition(center.count == x.count, "One entry for each dimension.")
    // Scaled, so that no square overflows or vanishes.
    let largest = x.indices.reduce(0) { max($0, abs(x[$1] - center[$1])) }
    guard largest > 0 else { return x }
    let sum = x.indices.reduce(0) {
      let share = (x[$1] - center[$1]) / largest
      return $0 + share * share
    }
    let distance = largest * sum.squareRoot()
    guard distance > radius else { return x }
    return x.indices.map { center[$0] + (x[$0] - center[$0]) * (radius / distance) }
  }

  /// Onto the box with a budget, lower ≤ p ≤ upper, Σ pᵢ = total: pᵢ = min(max(xᵢ - t, lowerᵢ), upperᵢ)
  /// with the t that makes the sum right.
  ///
  /// The sum falls with t in straight pieces that end where an entry leaves or meets a limit; the piece
  /// that holds the total is found by bisection over the sorted ends. Returns `nil` where the limits do
  /// not let the sum reach the total. O(n log n).
  ///
  /// Source: P. M. Pardalos and N. Kovoor, "An algorithm for a singly constrained class of quadratic
  /// programs subject to upper and lower bounds", Math. Program. 46, 1990.
  public static func ontoBudget(
    _ x: [Double], lower: [Double], upper: [Double], total: Double
  ) -> [Double]? {
    checkBox(x, lower, upper)
    let least = lower.reduce(0, +)
    let most = upper.reduce(0, +)
    // Sums of the same numbers in another order may differ in their last digits.
    let rounding = 1e-12 * max(1, abs(total))
    guard least <= total + rounding, total <= most + rounding else { return nil }
    if x.isEmpty || least >= total { return lower }
    if most <= total { return upper }
    func sum(at t: Double) -> Double {
      x.indices.reduce(0) { $0 + min(max(x[$1] - t, lower[$1]), upper[$1]) }
    }
    let ends = x.indices.flatMap { [x[$0] - upper[$0], x[$0] - lower[$0]] }
      .filter(\.isFinite).sorted()
    // The last end at which the sum is still the total or more.
    var (low, high) = (-1, ends.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if sum(at: ends[middle]) >= total { low = middle } else { high = middle }
    }
    // Between two ends the sum is a straight line: solve it from the entries that move.
    let inside =
      low >= 0 && high < ends.count
      ? ends[low] + (ends[high] - ends[low]) / 2
      : (low >= 0 ? ends[low] + 1 : (high < ends.count ? ends[high] - 1 : 0))
    var (moving, count) = (0.0, 0.0)
    var still = 0.0
    for position in x.indices {
      let value = x[position] - inside
      if value <= lower[position] {
        still += lower[position]
      } else if value >= upper[position] {
        still += upper[position]
      } else {
        moving += x[position]
        count += 1
      }
    }
    let t = count > 0 ? (moving + still - total) / count : inside
    return x.indices.map { min(max(x[$0] - t, lower[$0]), upper[$0]) }
  }

  private static func checkBox(_ x: [Double], _ lower: [Double], _ upper: [Double]) {
    precondition(lower.count == x.count && upper.count == x.count, "One limit for each dimension.")
    precondition(x.indices.allSatisfy { lower[$0] <= upper[$0] }, "Limits do not cross.")
  }

  /// (normalᵀ x - level) / ‖normal‖².
  private static func excess(_ x: [Double], _ normal: [Double], _ level: Double) -> Double {
    precondition(normal.count == x.count, "One entry for each dimension.")
    let square = normal.reduce(0) { $0 + $1 * $1 }
    precondition(square > 0, "A normal is not zero.")
    return (x.indices.reduce(0) { $0 + normal[$1] * x[$1] } - level) / square
  }

  private static func moved(_ x: [Double], along normal: [Double], by amount: Double) -> [Double] {
    amount == 0 ? x : x.indices.map { x[$0] - amount * normal[$0] }
  }
}
