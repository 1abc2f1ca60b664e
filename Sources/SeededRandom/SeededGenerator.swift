/// A small generator of random numbers that repeats itself from the same seed (SplitMix64).
///
/// Source: G. L. Steele, D. Lea, C. H. Flood, *Fast Splittable Pseudorandom Number Generators*,
/// OOPSLA 2014, figure 17.
@frozen
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  @usableFromInline var state: UInt64

  /// 2⁶⁴ over the golden ratio, odd: what the state grows by with each number.
  @inlinable
  public static var increment: UInt64 { 0x9e37_79b9_7f4a_7c15 }

  /// Starts the sequence of a seed.
  @inlinable
  public init(seed: UInt64) { state = seed }

  @inlinable
  public mutating func next() -> UInt64 {
    state &+= Self.increment
    return Self.mix(state)
  }

  /// Draws from 0 up to, not including, 1.
  @inlinable
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Draws from a nearly normal distribution with mean 0 and standard deviation 1: the sum of
  /// twelve uniform draws, so that no draw is beyond ±6.
  public mutating func normal() -> Double {
    var sum = -6.0
    for _ in 0..<12 { sum += uniform() }
    return sum
  }

  /// Spreads the bits of a number over all its bits, one to one.
  @inlinable
  public static func mix(_ number: UInt64) -> UInt64 {
    var mixed = number
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}
