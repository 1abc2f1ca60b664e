import Testing
import WireCodec

struct HostileInputTests {
  @Test(
    "Lengths beyond the message are refused before memory is taken",
    arguments: [
      "5bffffffffffffffff", "7bffffffffffffffff", "9bffffffffffffffff", "bbffffffffffffffff",
      "5b7fffffffffffffff", "9b7fffffffffffffff", "bb7fffffffffffffff", "1affffff", "9a7fffffff00",
      "ba0000000200", "d8565bffffffffffffffff", "d8565a7fffffff",
    ])
  func hostileLengths(hexadecimal: String) {
    let bytes = Bytes.fromHexadecimal(hexadecimal)
    #expect(throws: CBORError.self) { try CBORValue(decoding: bytes) }
    #expect(throws: CBORError.self) { try [Double](decoding: bytes) }
    #expect(throws: CBORError.self) { try [String](decoding: bytes) }
    #expect(throws: CBORError.self) { try [String: Int](decoding: bytes) }
    #expect(throws: CBORError.self) {
      var reader = CBORReader(bytes)
      try reader.skip()
    }
  }

  @Test(
    "Nesting beyond the limit is refused",
    arguments: [[0x81], [0x9f], [0xc1], [0xa1, 0x61, 0x61], [0xbf, 0x61, 0x61]] as [[UInt8]])
  func hostileDepth(opening: [UInt8]) {
    for depth in [CBORReader.maximumDepth + 1, 100_000] {
      let bytes = Array(repeatElement(opening, count: depth).joined())
      #expect(throws: CBORError.self) { try CBORValue(decoding: bytes) }
      #expect(throws: CBORError.self) {
        var reader = CBORReader(bytes)
        try reader.skip()
      }
    }
  }

  @Test("Nesting up to the limit is read")
  func deepest() throws {
    let depth = CBORReader.maximumDepth
    let bytes = [UInt8](repeating: 0x81, count: depth) + [0x00]
    #expect(try CBORValue(decoding: bytes).encoded() == bytes)
  }

  @Test(
    "What is not well-formed is refused",
    arguments: [
      "1c", "1d", "1e", "1f", "3f", "5c", "df", "f81f", "f800", "ff", "81ff", "a1ff", "a161ff",
      "5f00ff", "5f6161ff", "7f4100ff", "5f5f4100ffff", "7f7f6161ffff", "61ff", "62c328",
      "bf6161ff",
      "fc", "fd", "fe", "0000",
    ])
  func malformed(hexadecimal: String) {
    #expect(throws: CBORError.self) {
      try CBORValue(decoding: Bytes.fromHexadecimal(hexadecimal))
    }
  }

  @Test("Noise is refused or read, and never traps", arguments: 0..<20 as Range<UInt64>)
  func noise(seed: UInt64) {
    var state = seed
    func next() -> UInt8 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
    for length in 0..<500 {
      let bytes = (0..<(length % 40)).map { _ in next() }
      if let value = try? CBORValue(decoding: bytes) {
        #expect((try? value.encoded()).flatMap { try? CBORValue(decoding: $0) } == value)
      }
      _ = try? [Double](decoding: bytes)
      _ = try? [Int32](decoding: bytes)
      _ = try? [String: [UInt8]](decoding: bytes)
      _ = try? Reading(decoding: bytes)
      _ = try? Survey(decoding: bytes)
    }
  }
}
