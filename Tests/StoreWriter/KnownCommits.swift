import SeededRandom
import TwinStore

/// Commits whose every byte follows from their tick.
package enum KnownCommits {
  package static let segments = ["feeder-1", "feeder-2", "feeder-3"]

  /// States from none to seven thousand bytes: from a part of a page of the file to several.
  package static func commit(_ tick: Int64) -> Commit {
    Commit(
      tick: tick,
      states: segments.enumerated().map { position, segment in
        var generator = SeededGenerator(seed: UInt64(bitPattern: tick) &* 31 &+ UInt64(position))
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
