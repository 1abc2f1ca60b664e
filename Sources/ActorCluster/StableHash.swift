/// A 64-bit FNV-1a hash: the same bytes give the same value in every run.
package struct StableHash: Sendable {
  /// The hash of everything so far.
  package private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  package init() {}

  package mutating func combine(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }

  package mutating func combine(_ text: String) { combine(text.utf8) }

  package mutating func combine(_ number: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) {
      value = (value ^ (number >> UInt64(shift) & 0xff)) &* 0x100_0000_01b3
    }
  }
}
