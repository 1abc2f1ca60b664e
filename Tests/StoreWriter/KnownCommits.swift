import TwinStore

/// Commits whose every byte follows from their tick.
package enum KnownCommits {
  package static let segments = ["feeder-1", "feeder-2", "feeder-3"]

  /// States from none to seven thousand bytes: from a part of a page of the file to several.
  package static func commit(_ tick: Int64) -> Commit {
    Commit(
      tick: tick,
      states: segments.enumerated().map { position, segment in
        var generator = SplitMix(state: UInt64(bitPattern: tick) &* 31 &+ UInt64(position))
        let count = Int(generator.next() % 900)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * 8)
        for _ in 0..<count {
          let word = generator.next()
          for shift in stride(from: 0 as UInt64, to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: word >> shift))
          }
        }
        return SegmentRecord(segment: segment, state: bytes)
      })
  }
}

/// A seeded generator.
///
/// Source: G. L. Steele, D. Lea and C. H. Flood, "Fast splittable pseudorandom number generators",
/// 2014.
package struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  package init(state: UInt64) { self.state = state }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }
}
