import Foundation
import SeededRandom

/// Random draws, each found by its key alone: no draw depends on those before it.
struct KeyedDraws: Sendable {
  private var generator: SeededGenerator

  init(seed: UInt64, link: (Int, Int), life: Int, sequence: Int, fault: Int) {
    var state = seed
    for part in [link.0, link.1, life, sequence, fault] {
      state = SeededGenerator.mix(
        state &+ SeededGenerator.increment &* UInt64(truncatingIfNeeded: part + 1))
    }
    generator = SeededGenerator(seed: state)
  }

  /// From 0 up to, not including, 1.
  mutating func uniform() -> Double { generator.uniform() }

  /// Nearly normal, with mean 0 and standard deviation 1.
  mutating func normal() -> Double { generator.normal() }

  mutating func delay(_ delay: Fault.Delay, sequence: Int) -> Double {
    switch delay {
    case .constant(let rounds): rounds
    case .logNormal(let median, let sigma): median * exp(sigma * normal())
    case .trace(let delays): delays.isEmpty ? 1 : delays[sequence % delays.count]
    }
  }
}
