/// The number of a stream as the key of a table.
///
/// A peer may have 128 streams open and chooses their numbers, so a table of them needs no hash that
/// nobody can foresee; this one costs a multiplication.
package struct StreamID: Hashable, Sendable {
  let number: Int32

  package init(_ number: Int32) { self.number = number }

  package func hash(into hasher: inout Hasher) { hasher.combine(number) }

  package func _rawHashValue(seed: Int) -> Int {
    // Knuth's multiplier, 2⁶⁴ divided by the golden ratio; the upper bits are the good ones.
    let product = UInt64(UInt32(bitPattern: number)) &* 0x9e37_79b9_7f4a_7c15
    return Int(truncatingIfNeeded: product >> 32)
  }
}
