import SeededRandom

extension SeededGenerator {
  /// The sequence of one of many draws with the same seed.
  init(seed: UInt64, draw: Int) {
    self.init(seed: seed &+ 0xd1b5_4a32_d192_ed03 &* UInt64(draw + 1))
    _ = next()
  }
}
