import Foundation

/// Random draws, each found by its key alone: no draw depends on those before it.
///
/// Source: G. L. Steele, D. Lea, C. H. Flood, *Fast splittable pseudorandom number generators*,
/// OOPSLA 2014.
struct KeyedDraws: Sendable {
  private var state: UInt64

  init(seed: UInt64, link: (Int, Int), life: Int, sequence: Int, fault: Int) {
    state = seed
    for part in [link.0, link.1, life, sequence, fault] {
      state = Self.mix(state &+ 0x9e37_79b9_7f4a_7c15 &* UInt64(truncatingIfNeeded: part + 1))
    }
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// From 0 up to, not including, 1.
  mutating func uniform() -> Double {
    state &+= 0x9e37_79b9_7f4a_7c15
    return Double(Self.mix(state) >> 11) * 0x1p-53
  }

  /// Nearly normal, with mean 0 and standard deviation 1: the sum of twelve uniform draws.
  mutating func normal() -> Double {
    var sum = -6.0
    for _ in 0..<12 { sum += uniform() }
    return sum
  }

  mutating func delay(_ delay: Fault.Delay, sequence: Int) -> Double {
    switch delay {
    case .constant(let rounds): rounds
    case .logNormal(let median, let sigma): median * exp(sigma * normal())
    case .trace(let delays): delays.isEmpty ? 1 : delays[sequence % delays.count]
    }
  }
}
