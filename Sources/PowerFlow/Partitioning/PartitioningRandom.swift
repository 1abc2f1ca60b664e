/// The draws of a partitioner: the same from the same seed.
///
/// Source: G. L. Steele, D. Lea and C. H. Flood, "Fast splittable pseudorandom number generators",
/// OOPSLA 2014 (SplitMix64).
struct PartitioningRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64, draw: Int) {
    state = seed &+ 0xd1b5_4a32_d192_ed03 &* UInt64(draw + 1)
    _ = next()
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}
