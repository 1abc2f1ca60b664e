import GridModel
import SeededRandom

/// Random draws for one asset, each found by its key (seed, asset, tick, purpose) alone.
///
/// There is no sequence: a draw does not depend on draws before it, on other assets or on the
/// process. The key is hashed with FNV-1a, whose digest is the seed of a generator.
///
/// Source: G. Fowler, L. C. Noll, K.-P. Vo, *The FNV non-cryptographic hash algorithm*.
package struct KeyedRandom: Sendable {
  private let digest: UInt64

  package init(seed: UInt64, asset: ElementReference) {
    var hash = FNV1a()
    hash.append(seed)
    hash.append(asset.description)
    digest = hash.value
  }

  /// Draws from 0 up to, not including, 1.
  package func uniform(tick: Int64, purpose: String) -> Double {
    var generator = generator(tick: tick, purpose: purpose)
    return generator.uniform()
  }

  /// Draws from a nearly normal distribution with mean 0 and standard deviation 1.
  package func normal(tick: Int64, purpose: String) -> Double {
    var generator = generator(tick: tick, purpose: purpose)
    return generator.normal()
  }

  /// A course that wanders smoothly between -1 and 1, with a uniform draw every `period_s`.
  ///
  /// The draws stand at whole multiples of the period since 1970, so the course is the same for
  /// every length of tick.
  package func wander(second: Int64, period_s: Int64, purpose: String) -> Double {
    var knot = second / period_s
    var rest = second % period_s
    if rest < 0 {
      rest += period_s
      knot -= 1
    }
    let here = uniform(tick: knot, purpose: purpose)
    let next = uniform(tick: knot + 1, purpose: purpose)
    let share = smoothStep(Double(rest) / Double(period_s))
    return 2 * (here * (1 - share) + next * share) - 1
  }

  private func generator(tick: Int64, purpose: String) -> SeededGenerator {
    var hash = FNV1a(value: digest)
    hash.append(purpose)
    hash.append(UInt64(bitPattern: tick))
    return SeededGenerator(seed: hash.value)
  }
}

/// The hash FNV-1a of 64 bits. Every text ends with a byte that UTF-8 does not have, so that two
/// texts never read as one.
private struct FNV1a {
  var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func append(_ text: String) {
    for byte in text.utf8 { append(byte) }
    append(0xff as UInt8)
  }

  mutating func append(_ number: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) {
      append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  private mutating func append(_ byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
  }
}
