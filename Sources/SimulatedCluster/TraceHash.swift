/// A hash over all that a simulation sent: the same bytes give the same value in every run.
///
/// It takes eight bytes at a step, because every byte of every message goes through it. It tells runs
/// apart and resists nobody.
package struct TraceHash: Sendable {
  /// The hash of everything so far.
  package private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  package init() {}

  package mutating func combine(_ word: UInt64) {
    // The multiplier is SplitMix64's increment, 2⁶⁴ over the golden ratio; the shift lets the upper
    // bits of a word reach the lower ones of the hash.
    value = (value ^ word) &* 0x9e37_79b9_7f4a_7c15
    value ^= value >> 29
  }

  /// The count goes first, so that parts cannot run into each other.
  package mutating func combine(_ bytes: [UInt8]) {
    combine(UInt64(bytes.count))
    bytes.withUnsafeBytes { combine($0) }
  }

  package mutating func combine(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      combine(UInt64(bytes.count))
      combine(UnsafeRawBufferPointer(bytes))
    }
  }

  private mutating func combine(_ bytes: UnsafeRawBufferPointer) {
    let wholeWords = bytes.count / 8
    for word in 0..<wholeWords {
      combine(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * word, as: UInt64.self)))
    }
    var last: UInt64 = 0
    for position in 8 * wholeWords..<bytes.count { last = last << 8 | UInt64(bytes[position]) }
    if bytes.count > 8 * wholeWords { combine(last) }
  }
}
