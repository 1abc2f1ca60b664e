import Balancing
import Foundation

extension ResponseProblem {
  /// An instance whose data come from the Park-Miller generator (x ← 48271 x mod 2³¹ - 1): discomforts
  /// first, then wishes agent by agent, each from 0.5 to 2. The cap swings by a quarter around 0.8 of
  /// the mean wish. With the seed 11, 100 agents and 24 slots the optimum is 155.01204881.
  static func drawn(agents: Int, slots: Int, seed: Int) -> ResponseProblem {
    var state = max(1, seed % 2_147_483_647)
    func draw() -> Double {
      state = 48_271 * state % 2_147_483_647
      return 0.5 + 1.5 * (Double(state) / 2_147_483_647)
    }
    let discomfort = (0..<agents).map { _ in draw() }
    let want = (0..<agents).map { _ in (0..<slots).map { _ in draw() } }
    let mean = want.joined().reduce(0, +) / Double(slots)
    let cap = (0..<slots).map { slot in
      0.8 * mean + 0.25 * mean * sin(2 * .pi * Double(slot) / Double(slots))
    }
    var optimum = 0.0
    for slot in 0..<slots {
      let price = Self.price(discomfort, want.map { $0[slot] }, cap: cap[slot])
      for agent in 0..<agents {
        let missing = min(price / discomfort[agent], want[agent][slot])
        optimum += discomfort[agent] / 2 * missing * missing
      }
    }
    return ResponseProblem(discomfort: discomfort, want: want, cap: cap, optimum: optimum)
  }

  /// The price at which all together take no more than the cap: along the prices at which one agent
  /// after the other takes nothing any more.
  private static func price(_ discomfort: [Double], _ want: [Double], cap: Double) -> Double {
    var (total, slope) = (0.0, 0.0)
    for (a, w) in zip(discomfort, want) {
      total += w
      slope += 1 / a
    }
    guard total > cap else { return 0 }
    var price = 0.0
    for (end, a) in zip(discomfort, want).map({ ($0 * $1, $0) }).sorted(by: { $0.0 < $1.0 }) {
      let needed = price + (total - cap) / slope
      if needed <= end { return needed }
      total -= (end - price) * slope
      slope -= 1 / a
      price = end
    }
    return price
  }
}
